"""What a user teaches by examples: faces of people, states of a place."""
