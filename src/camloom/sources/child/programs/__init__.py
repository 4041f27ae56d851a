"""Programs that run outside of Camloom: Python 3.6 or later, and nothing of Camloom but `wire.py` beside them."""
