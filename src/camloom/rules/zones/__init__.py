"""Rules about who is in a zone, for how long, and how many."""
