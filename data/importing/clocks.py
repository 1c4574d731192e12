"""Wall-clock times of a zone to UTC and back, without asking the operating system's zone files."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from data.importing.problems import CLOCK_SKIPPED, CLOCK_TWICE


def to_utc(micros: np.ndarray, zone: str) -> tuple[np.ndarray, Counter[str]]:
    """Local wall-clock microseconds in UTC, and how many fell on a turn of the clocks.
    Offsets are asked once a day; only a day on which they change is looked at time by time."""
    info = ZoneInfo(zone)
    day_length = 86_400_000_000
    day_numbers, place = np.unique(micros // day_length, return_inverse=True)
    starts = [datetime(1970, 1, 1) + timedelta(days=int(n)) for n in day_numbers]
    opens = np.array([_offset(s, info) for s in starts], dtype=np.int64)
    closes = np.array([_offset(s + timedelta(days=1), info) for s in starts], dtype=np.int64)
    utc = micros - opens[place]
    notes: Counter[str] = Counter()
    turning = opens != closes
    for at in np.flatnonzero(turning[place]):
        moment = datetime(1970, 1, 1) + timedelta(microseconds=int(micros[at]))
        first, second = _offset(moment, info), _offset(moment.replace(fold=1), info)
        utc[at] = micros[at] - first
        if first != second:
            notes[CLOCK_TWICE if first > second else CLOCK_SKIPPED] += 1
    return utc, notes


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.replace(tzinfo=zone).utcoffset() or timedelta()
    return round(offset.total_seconds() * 1_000_000)


def from_utc(micros: np.ndarray, zone: str) -> np.ndarray:
    """UTC microseconds as the wall clock of `zone` showed them."""
    info = ZoneInfo(zone)
    unique, place = np.unique(micros // 900_000_000, return_inverse=True)
    offsets = np.array(
        [
            round(
                (
                    (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * int(n)))
                    .astimezone(info)
                    .utcoffset()
                    or timedelta()
                ).total_seconds()
                * 1_000_000
            )
            for n in unique
        ],
        dtype=np.int64,
    )
    return micros + offsets[place]
