"""Live pictures and boxes, handed on from the engine as they come."""
