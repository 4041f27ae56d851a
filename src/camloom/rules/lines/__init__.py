"""Rules about lines that are crossed."""
