"""The machines that engines run on."""
