"""Open a file or an address safely, and say in one line why it cannot be read."""
