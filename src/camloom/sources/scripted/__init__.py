"""Scripted scenes: people, vehicles and things whose boxes and events are known exactly, drawn cheaply.

A script says who is where at which time. From it come pictures (`draw`), what a detector and a tracker would
say of them, faults included (`seen`), and when exactly somebody crosses a line or is in a zone (`truth`).
"""
