"""FAKE of a vendor's package, see README.md beside it."""
