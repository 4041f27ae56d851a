"""What is watched on the street video while it is measured; the peers watch the same line and lawn."""

LINES = [{"name": "line", "start": [0.56, 0.26], "end": [0.56, 0.747]}]
ZONES = [{"name": "lawn", "vertices": [[0, 0.52], [0.55, 0.66], [1, 0.9], [1, 1], [0, 1]]}]
RULES = [
    {"type": "line", "id": "crossed", "line": "line"},
    {"type": "region", "id": "lawn", "zone": "lawn", "on": "enter"},
]
