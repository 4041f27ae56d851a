"""Sources whose pictures come from a program of its own: under another Python, or around a vendor's library.

`programs/` holds the other side, which needs nothing of Camloom. `wire.py` there is what both sides say to each other,
`process.py` starts such a program and ends it, `form.py` says what a picture is made of, and `source.py` makes a
source of it. Why it is done this way: docs/decisions/0013-sources-in-a-child.md.
"""
