"""What staff do about readers: find them, choose many by conditions, act on many, and who looked at whom."""
