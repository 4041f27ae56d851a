"""Rules about people, looked at more closely: their poses, and what is at their hands."""
