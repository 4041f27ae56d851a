"""Lets these tests share their scenes, and score with the code of the benchmark."""

import sys
from pathlib import Path

# Neither the tests nor the benchmarks are installed.
sys.path.insert(0, str(Path(__file__).parents[2]))
