"""How other processes of this machine ask the GB/T 28181 service: JSON lines over a Unix socket."""
