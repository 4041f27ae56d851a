"""The rule about whose face it is."""
