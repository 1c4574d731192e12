"""`python -m metrics scorecard | plan | register | health | docs` …: every number, headless."""

import os
import sys

from metrics.cli import main

if __name__ == "__main__":
    done = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # As in `data`: with the store's ORM loaded, DuckDB's module would fill the screen at the end.
    os._exit(done)
