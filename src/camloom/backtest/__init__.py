"""The time machine: rules over stored tracks, without video or model."""
