"""GA/T 1400 (视图库): what is seen, told to a police image library above, and what it asks of us."""
