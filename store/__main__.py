"""`python -m store upgrade | current | history | copy`: look after the store from a shell."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing

from alembic import command

from i18n import Problem, Text, parse_language
from store.copying import copy_store
from store.engine import DEFAULT_URL, build_engine, find_place
from store.migrating import config, newest, standing
from store.problems import database_errors_told
from store.records import open_store


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 with a sentence for the reader when it didn't."""
    asked = _parser().parse_args(arguments)
    try:
        match asked.command:
            case "upgrade":
                open_store(asked.url).close()
                print(f"{find_place(asked.url).shown}: {newest()}")
            case "current":
                _current(asked.url)
            case "history":
                command.history(config())
            case "copy":
                with (
                    closing(open_store(asked.url)) as source,
                    closing(open_store(asked.to)) as target,
                ):
                    for table, rows in copy_store(source, target).items():
                        print(f"{table}: {rows}")
    except Problem as problem:
        print(problem.say(Text(parse_language(os.environ.get("LANG")))), file=sys.stderr)
        return 1
    return 0


def _current(url: str) -> None:
    """Print where the store stands and the newest migration; makes and changes nothing."""
    place = find_place(url)
    engine = build_engine(place, wait_seconds=5)
    with database_errors_told(place.shown), engine.connect() as connection:
        print(f"{place.shown}: {standing(connection, place.shown) or '-'} / {newest()}")
    engine.dispose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m store", description=__doc__)
    parser.add_argument(
        "--url",
        default=os.environ.get("NORTHSTAR_STORE_URL", DEFAULT_URL),
        help=f"the store's address (default: NORTHSTAR_STORE_URL, else {DEFAULT_URL})",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("upgrade", help="make the store if needed and run missing migrations")
    commands.add_parser("current", help="where the store stands / the newest migration")
    commands.add_parser("history", help="list the migrations")
    copy = commands.add_parser("copy", help="copy everything into an empty store")
    copy.add_argument("--to", required=True, help="address of the empty store")
    return parser


if __name__ == "__main__":
    sys.exit(main())
