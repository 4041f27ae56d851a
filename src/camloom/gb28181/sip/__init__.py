"""SIP as far as GB/T 28181 needs it, tolerant of how devices really write it, over UDP and TCP."""
