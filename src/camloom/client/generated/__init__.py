"""Made by `make client` from the description of the API: change the server, not this."""
