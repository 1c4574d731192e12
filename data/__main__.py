"""`python -m data demo | import MAPPING | refresh | check | doctor | versions | rollback`."""

import sys

from data.cli import main
from metrics.funnels.keeping import kept_in

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], keep=kept_in))
