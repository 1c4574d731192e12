"""The address at which an annotation of a metric and a day is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from ui.url_state import Chosen, write


def annotate_link(metric: str, on: date, chosen: Chosen) -> str:
    """`meeting?…&metric=gmv&on=2026-11-11`: the form, filled in as far as that goes."""
    return "meeting?" + urlencode(write(replace(chosen, metric=metric, on=on)))
