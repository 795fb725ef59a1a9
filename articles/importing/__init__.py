"""Bringing another system's articles in: read, convert, remember, report."""
