"""One check on one small shop."""

from __future__ import annotations

from datetime import datetime

from data.checks.everything import PROBES, Check, run_checks
from data.checks.look import Look
from data.scope import LOCAL_VIEWER, Viewer
from data.warehouse import Warehouse
from tests.world import World

LONG_AFTER = datetime(2030, 1, 1)


def checks(made: World | Warehouse, *, viewer: Viewer = LOCAL_VIEWER) -> dict[str, Check]:
    """All findings by key."""
    warehouse = made.warehouse(viewer) if isinstance(made, World) else made
    return {c.key: c for c in run_checks(Look(warehouse, LONG_AFTER))}


def check(made: World | Warehouse, key: str, *, viewer: Viewer = LOCAL_VIEWER) -> Check:
    """The finding of one check."""
    assert key in {p.key for p in PROBES}
    return checks(made, viewer=viewer)[key]
