"""Subscribers who come from another system: a table is read, judged row by row, and taken over as a whole."""
