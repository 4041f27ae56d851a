"""Hosts, cameras and tasks: what there is and what it is to do."""
