"""Money: asked for, taken, told of, compared, and given back."""
