"""Exchange rates to the base currency: random walks, quoted on weekdays only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from data.demo.arrays import Ints
from data.demo.markets import CURRENCIES, TYPICAL_RATES
from data.demo.spec import DemoSpec

UNIT = 10**8
"""Rates are whole numbers of this small a part."""
_LEAD_IN = 10
"""Days quoted before the data begin, so that the first weekend has a rate."""


@dataclass(frozen=True, slots=True)
class Rates:
    """`quoted[currency, i]` on day `first + i`, in units of 1e-8; zero where none is quoted."""

    first: date
    quoted: Ints

    def rows(self) -> list[tuple[date, str, int]]:
        """Day, currency, rate, without the base currency and without weekends."""
        return [
            (self.first + timedelta(i), currency, int(self.quoted[code, i]))
            for i in range(self.quoted.shape[1])
            for code, currency in enumerate(CURRENCIES)
            if code > 0 and self.quoted[code, i] > 0
        ]

    def on(self, code: int, day: date) -> Decimal:
        """The rate of the day, or the last one quoted before it."""
        if code == 0:
            return Decimal(1)
        at = (day - self.first).days
        while self.quoted[code, at] == 0:
            at -= 1
        return Decimal(int(self.quoted[code, at])).scaleb(-8)


def make_rates(spec: DemoSpec, rng: np.random.Generator) -> Rates:
    first = spec.start - timedelta(_LEAD_IN)
    size = spec.days + _LEAD_IN
    steps = np.round(rng.standard_normal((len(CURRENCIES), size)) * 0.0035, 9)
    typical = np.array(TYPICAL_RATES)[:, None]
    walk = typical * np.cumprod(1.0 + steps, axis=1)
    quoted = np.round(walk, 4).astype(np.float64) * UNIT
    weekend = np.array([(first + timedelta(i)).weekday() >= 5 for i in range(size)])
    rates = np.round(quoted).astype(np.int64)
    rates[:, weekend] = 0
    return Rates(first, rates)
