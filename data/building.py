"""From canonical rows to a published version: the demo shop, an import, a refresh."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from data.channels import ChannelRules
from data.demo.shop import DemoShop
from data.demo.spec import DemoSpec
from data.dialects import is_embedded, load_rows
from data.importing.ledger import already_imported, fingerprint, record
from data.importing.mapping import Mapping, load_mapping
from data.importing.merge import MergeReport, merge
from data.importing.reading import Batch, read_sources
from data.importing.restated import Restated, restated
from data.progress import Progress, part, silent
from data.refresh import refresh
from data.schema import contract
from data.serving.kept_attempts import KeptFunnel
from data.settings import Settings
from data.versions import Versions, open_versions
from data.warehouse import Shelf
from data.zones import start_of_day
from i18n import Words

_ROWS_PER_COMMIT = 2_000_000
"""Enough for few commits, few enough for little memory."""

_LOADING = Words("Generating the demo shop", "生成演示店铺")


Keep = Callable[[Settings, str, Connection], Sequence[KeptFunnel]]
"""Names the funnels whose attempts a shop keeps; what a funnel is, is known further up."""


RulesOf = Callable[[Settings, str], ChannelRules | None]
"""The team's channel rules of a shop; None: those by which its data was cut before."""


def rules_as_before(_settings: Settings, _shop: str) -> ChannelRules | None:
    """Nobody was asked about channels."""
    return None


def keep_none(_settings: Settings, _shop: str, _connection: Connection) -> Sequence[KeptFunnel]:
    """Every funnel is answered from the events themselves."""
    return ()


@dataclass(frozen=True, slots=True)
class Built:
    """What was published, and how long it took."""

    shop: str
    version: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `built` is None when nothing had changed; then, if even the files were
    the same as last time, they were not read and there is no `batch` and no `report`. `restated`:
    days of spend that had another sum before."""

    shop: str
    batch: Batch | None
    report: MergeReport | None
    built: Built | None
    seconds: float
    restated: tuple[Restated, ...] = ()


def build_demo(
    settings: Settings,
    shop: str,
    spec: DemoSpec,
    progress: Progress = silent,
    *,
    keep: Keep = keep_none,
    rules: RulesOf = rules_as_before,
) -> Built:
    """Generate a demo shop and publish it; the truth goes to `truth.json` beside the warehouse."""
    started = datetime.now(UTC)
    wanted = settings.shop(shop)
    generator, pending = DemoShop(spec), 0
    with open_versions(wanted.url, shop, settings.limits).draft(from_current=False) as draft:
        for n, (table, rows) in enumerate(generator.batches()):
            load_rows(draft.connection, contract.tables[table], rows)
            pending += rows.num_rows
            if pending >= _ROWS_PER_COMMIT:
                draft.connection.commit()
                pending = 0
            progress(0.7 * min(1.0, (n + 1) / generator.steps), _LOADING)
        through = start_of_day(spec.end + timedelta(days=1), wanted.reporting.zone)
        refresh(
            draft.connection,
            wanted,
            data_through=through,
            keep=lambda: keep(settings, shop, draft.connection),
            rules=rules(settings, shop),
            progress=part(progress, 0.7, 1.0),
        )
        draft.publish()
    _write_truth(wanted.url, shop, generator.truth)
    return Built(shop, draft.version, _since(started))


def _write_truth(url: str, shop: str, truth: dict[str, object]) -> None:
    parsed = make_url(url)
    folder = Path(parsed.database or ".") if is_embedded(parsed) else Path("var") / shop
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(truth, ensure_ascii=False, indent=1, default=str)
    (folder / "truth.json").write_text(text, "utf-8")


def import_mapping(
    settings: Settings,
    path: Path,
    progress: Progress = silent,
    *,
    keep: Keep = keep_none,
    rules: RulesOf = rules_as_before,
) -> Imported:
    """Read the sources of a mapping, merge them into a new version, refresh, publish.

    All or nothing: a `Problem` leaves the shop as it was. The same files again change nothing.
    """
    return bring_in(settings, load_mapping(path), progress, keep=keep, rules=rules)


def bring_in(
    settings: Settings,
    mapping: Mapping,
    progress: Progress = silent,
    *,
    keep: Keep = keep_none,
    rules: RulesOf = rules_as_before,
) -> Imported:
    """`import_mapping` for a mapping that is read already."""
    started = datetime.now(UTC)
    wanted = settings.shop(mapping.shop)
    versions = open_versions(wanted.url, mapping.shop, settings.limits)
    mark = fingerprint(mapping)
    if _same_as_last_time(versions, mark):
        return Imported(mapping.shop, None, None, None, _since(started))
    batch = read_sources(mapping, part(progress, 0.0, 0.6))
    spend = batch.tables.get("marketing_spend")
    with versions.draft(from_current=True) as draft:
        again = () if spend is None else restated(draft.connection, spend)
        report = merge(draft.connection, batch, load_rows)
        if report.changed:
            refresh(
                draft.connection,
                wanted,
                touched=report.touched_days,
                data_through=mapping.through(),
                keep=lambda: keep(settings, mapping.shop, draft.connection),
                rules=rules(settings, mapping.shop),
                progress=part(progress, 0.7, 1.0),
            )
        record(
            draft.connection,
            batch,
            import_id=draft.version,
            imported_at=datetime.now(UTC).replace(tzinfo=None),
            fingerprint=mark,
            load=load_rows,
        )
        draft.publish()
    seconds = _since(started)
    built = Built(mapping.shop, draft.version, seconds) if report.changed else None
    return Imported(mapping.shop, batch, report, built, seconds, again)


def _same_as_last_time(versions: Versions, mark: str | None) -> bool:
    current = versions.current()
    if current is None:
        return False
    engine = versions.reader(current)
    with engine.connect() as connection:
        same = already_imported(connection, mark)
    engine.dispose()
    return same


def _since(started: datetime) -> float:
    return (datetime.now(UTC) - started).total_seconds()


def rebuild(
    settings: Settings,
    shop: str,
    progress: Progress = silent,
    *,
    keep: Keep = keep_none,
    rules: RulesOf = rules_as_before,
) -> Built:
    """Cut the serving tables of the current version anew, as after a change of settings."""
    started = datetime.now(UTC)
    wanted = settings.shop(shop)
    Shelf.of(settings, shop).current()
    with open_versions(wanted.url, shop, settings.limits).draft(from_current=True) as draft:
        refresh(
            draft.connection,
            wanted,
            keep=lambda: keep(settings, shop, draft.connection),
            rules=rules(settings, shop),
            progress=progress,
        )
        draft.publish()
    return Built(shop, draft.version, _since(started))
