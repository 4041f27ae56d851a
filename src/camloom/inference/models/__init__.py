"""Families: what the outputs of a kind of model mean. A class per file, named in an entry point."""
