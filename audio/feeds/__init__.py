"""Recordings for podcast apps: an open feed, and one of their own for each reader."""
