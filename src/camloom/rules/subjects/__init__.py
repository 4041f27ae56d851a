"""What a rule sees of a frame: whom it looks at, where they stand, and which new id continues a lost one."""
