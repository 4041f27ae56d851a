"""Models: what they are (card), what runs them (runtimes), what they mean (models)."""
