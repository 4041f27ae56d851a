"""From a stranger's model file to a card that runs here: import, convert, quantise, verify, measure."""
