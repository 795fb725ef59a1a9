"""Plans, orders and the reader's own account. Every page here is private and never stored."""
