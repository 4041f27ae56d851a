"""Rules about how something moves: against the arrow, too fast, or not at all."""
