"""Whether the promises that this room keeps are being kept: one module for each, asked every night."""
