"""Advertisements: our own and sponsors', always labelled, and nothing of anybody else's."""
