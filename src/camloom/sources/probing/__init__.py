"""Look at a source for some seconds."""
