"""Live pictures and boxes for browsers and players: carried from the socket of a task, never looked into."""
