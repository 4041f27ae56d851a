"""Detections to identities."""
