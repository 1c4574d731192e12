"""The product, but two of its reads last until somebody stops them: how long the steps of a funnel
took, and what people did next."""

import runpy
import time
from dataclasses import replace
from pathlib import Path

from data.stopping import current_stop, stopped
from ui import funnel_people, navigation
from ui.funnel import asked

ROOT = Path(__file__).resolve().parents[2]


def endless(*_question: object) -> None:
    """Waits as a statement does, and ends as one that was interrupted."""
    stop = current_stop()
    while not stop.asked:
        time.sleep(0.02)
    raise stopped()


asked.__dict__["funnel_times"] = endless
funnel_people.__dict__["next_events"] = endless
navigation.MENU = tuple(
    (section, tuple(replace(page, file=str(ROOT / page.file)) for page in pages))
    for section, pages in navigation.MENU
)
runpy.run_path(str(ROOT / "app.py"))
