"""The demo shop knows its true K; the metric finds it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from data.demo import DemoShop, DemoSpec
from data.dialects import load_rows
from data.refresh import refresh
from data.schema import contract
from data.scope import LOCAL_VIEWER, Scope, Span
from data.settings import Limits
from data.versions import open_versions
from data.warehouse import Shelf
from data.zones import start_of_day
from metrics.periods import Grain
from metrics.reading import Maturity
from metrics.referral.referral import Referral, referral
from tests.world import shop

SPEC = DemoSpec("referral", users=8_000, months=12)
Found = tuple[Referral, dict[str, Any]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Referral of everybody registered at least 60 days before the end, and the shop's truth."""
    demo, settings = DemoShop(SPEC), shop(timezone="Asia/Shanghai")
    folder = tmp_path_factory.mktemp("demo")
    versions = open_versions(f"duckdb:///{folder}", "demo", Limits(threads=2))
    after = SPEC.end + timedelta(days=1)
    with versions.draft(from_current=False) as draft:
        for table, rows in demo.batches():
            if table in ("users", "orders", "invitations"):
                load_rows(draft.connection, contract.tables[table], rows)
        through = start_of_day(after, settings.reporting.zone)
        refresh(draft.connection, settings, data_through=through)
        draft.publish()
    warehouse = Shelf("demo", settings, versions, Limits()).open(LOCAL_VIEWER)
    span = Span(SPEC.start - timedelta(days=2), after - timedelta(days=60))
    answer = referral(warehouse, Scope("CNY"), span, Grain.MONTH)
    warehouse.close()
    return answer.total, demo.truth["referral"]


def test_every_user_invitation_and_acceptance_is_found(found: Found) -> None:
    """What the simulator put in, to the last one."""
    total, truth = found
    met = truth["of_users_registered_60_days_before_the_end"]["all"]
    assert total.maturity is Maturity.MATURE
    assert total.counts["members"] == met["users"]
    assert total.counts["sent"] == met["invites_within_30_days"]
    assert total.counts["accepted"] == met["accepted_within_30_days"]
    assert total.k_factor.value == pytest.approx(met["k"], abs=1e-6)


def test_the_interval_holds_the_true_k(found: Found) -> None:
    """The true K of the two kinds of users, referred and not, as many as there are of each."""
    total, truth = found
    met = truth["of_users_registered_60_days_before_the_end"]
    true_k = sum(met[kind]["users"] * truth[f"k_{kind}"] for kind in ("referred", "not_referred"))
    true_k /= met["all"]["users"]
    reading = total.k_factor
    assert reading.low is not None
    assert reading.high is not None
    assert reading.low <= true_k <= reading.high
    assert reading.high - reading.low < 0.04
