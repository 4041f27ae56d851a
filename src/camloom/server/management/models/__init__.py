"""Model files: looked at, tried, kept and removed on a host."""
