"""Where packets come from, and which frames of them are analysed."""
