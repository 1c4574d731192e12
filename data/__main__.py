"""`python -m data demo | import | spend | channels | refresh | check | doctor | versions |
rollback`."""

import os
import sys

from data.cli import main
from metrics.channel_table import put_rules, rules_in
from metrics.funnels.keeping import kept_in

if __name__ == "__main__":
    done = main(sys.argv[1:], keep=kept_in, rules=rules_in, save_rules=put_rules)
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is closed by now. Where the store's ORM is loaded too, DuckDB's module would
    # fill the screen at the interpreter's end with objects that it finds still alive.
    os._exit(done)
