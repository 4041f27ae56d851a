"""Rules about things: left, removed, lying about."""
