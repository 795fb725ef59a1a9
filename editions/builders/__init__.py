"""From the text of an issue to the bytes of a file: one module for each kind."""
