"""What one pays and others have: gifts and their cards, groups with seats."""
