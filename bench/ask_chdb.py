"""Run by `bench.window_funnel` with a Python that has chDB: load the rows once, ask, print JSON.

`windowFunnel` takes whole seconds, which the shop's times are. Events at one instant may follow one
another, as in Northstar.
"""

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

RUNS = 3


def main() -> None:
    asked = json.loads(sys.argv[1])
    done = Path(asked["folder"]) / "loaded"
    session = import_module("chdb.session").Session(asked["folder"])
    if not done.exists():
        session.query("CREATE DATABASE IF NOT EXISTS bench")
        session.query("DROP TABLE IF EXISTS bench.log")
        session.query(
            "CREATE TABLE bench.log (person_no Int32, occurred_at DateTime64(6, 'UTC'),"
            " event_no Int16) ENGINE = MergeTree"
            " ORDER BY (toDate(occurred_at), person_no, occurred_at)"
        )
        session.query(f"INSERT INTO bench.log SELECT * FROM file('{asked['rows']}')")
        done.touch()
    first, *others = (f"event_no = {n}" for n in asked["steps"])
    conditions = ", ".join([f"{first} AND occurred_at < '{asked['ends']}'", *others])
    question = (
        "SELECT level, count() FROM (SELECT person_no,"
        f" windowFunnel({asked['seconds']})(toDateTime(occurred_at), {conditions}) AS level"
        f" FROM bench.log WHERE occurred_at >= '{asked['begins']}'"
        f" AND occurred_at <= '{asked['reach']}'"
        f" AND event_no IN ({', '.join(str(n) for n in asked['steps'])})"
        " GROUP BY person_no) GROUP BY level ORDER BY level SETTINGS max_threads = 2"
    )
    runs, cpu, answer = [], [], ""
    for _ in range(RUNS):
        started, used = time.perf_counter(), _cpu()
        answer = str(session.query(question, "CSV"))
        runs.append((time.perf_counter() - started) * 1000)
        cpu.append((_cpu() - used) * 1000)
    levels = dict(line.split(",") for line in answer.splitlines())
    counted = {level: int(n) for level, n in levels.items()}
    sys.stdout.write(json.dumps({"runs": runs, "cpu": cpu, "levels": counted}) + "\n")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
