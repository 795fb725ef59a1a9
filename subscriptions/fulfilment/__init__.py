"""The printed copy: who is sent one, where it goes, what that costs, and the labels of each issue."""
