"""How the server is: for those who keep it running, and for programs that use it."""
