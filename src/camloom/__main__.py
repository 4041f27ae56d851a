"""`python -m camloom` is `camloom`."""

from camloom.cli import main

if __name__ == "__main__":
    main()
