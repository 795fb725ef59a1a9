"""The magazine's figures: each worked out by hand, and each that adds up."""
