"""States of places, taught by examples on a host: shown, added to, trained, removed."""
