"""What is for sale and how it is ordered: the shelf, the order, offers and what they take off."""
