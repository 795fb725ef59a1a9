"""Every article read aloud: its script, its voice, its file, its listeners."""
