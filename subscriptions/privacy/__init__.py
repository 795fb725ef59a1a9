"""What this room holds about a reader: what it is, how it is given out, erased, and forgotten by itself."""
