"""From one term to the next: where a subscription stands, and everything that moves its days."""
