"""Work that no reader waits for: who does it, what happens when it fails, and what is due when."""
