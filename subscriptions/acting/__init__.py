"""Everything that can be done to a subscription: rehearsed, shown, and then done as it was shown."""
