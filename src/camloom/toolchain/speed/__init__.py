"""How fast a model runs here.

plan         which runtimes, devices, precisions and numbers of requests are timed, and which cannot be
measure      times them in turn, each in a process of its own
worker       that process
timings      a few models in turn, in this process
"""
