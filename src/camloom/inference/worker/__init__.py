"""Runs a vendor's binding in a process of its own, under another Python where it lives there."""
