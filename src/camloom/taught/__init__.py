"""What a user teaches by examples: whose face it is, which state a place is in."""
