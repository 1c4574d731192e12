"""`python -m reports pack --shop demo --week 2026-W40 --to pptx`: the weekly review as a file."""

import os
import sys

from reports.cli import main

if __name__ == "__main__":
    done = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # As in `metrics`: with the store's ORM loaded, DuckDB would fill the screen at the end.
    os._exit(done)
