"""ONVIF: finding cameras on the network, and asking them for their streams."""
