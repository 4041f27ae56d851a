"""Whether two forms of one model still agree.

verify       a comparison held against tolerances
compare      output by output, then what was decoded
agreement    how well boxes and readings go together
"""
