"""`python -m metrics scorecard | tree | health | docs`: every number, headless."""

import sys

from metrics.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
