"""What demo shop to make: its size, its span of days, its seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from i18n import Problem, Words

REPORTING_ZONE = "Asia/Shanghai"
"""The shop's day of business: data begin and end at midnight here, and the truth is cut here."""
CELL = 5_000
"""Users are simulated in cells of at most this size. Each has random streams of its own, so
the data do not depend on how many cells are handed over at a time."""
FEWEST_USERS, MOST_USERS = 500, 5_000_000
FEWEST_DAYS = 180


@dataclass(frozen=True, slots=True)
class DemoSpec:
    """Size and span of a demo shop. The same spec gives the same rows.

    `end` is the last day with data; the shop covers `weeks` whole weeks before it if given, else
    `months` months. `buying` and `browsing` scale the pace of repeat purchases and of visits,
    `convincing` the share of users who ever buy; `users_per_batch` only says how many users' rows
    are handed over at a time. `trial_seed` draws the experiments anew among the same people;
    without one they follow `seed`.
    """

    preset: str = "demo"
    users: int = 200_000
    months: int = 27
    weeks: int | None = None
    seed: int = 20260
    end: date = date(2026, 11, 15)
    buying: float = 1.0
    browsing: float = 0.5
    convincing: float = 1.0
    users_per_batch: int = 40_000
    trial_seed: int | None = None

    def __post_init__(self) -> None:
        if not FEWEST_USERS <= self.users <= MOST_USERS:
            raise Problem(
                "demo_users",
                Words(
                    en="The demo shop can have {least:,} to {most:,} users; {found:,} were asked.",
                    zh="演示店铺的用户数须在 {least:,} 到 {most:,} 之间，当前为 {found:,}。",
                ),
                Words(en="Choose a number in that range.", zh="请改为该范围内的数值。"),
                least=FEWEST_USERS,
                most=MOST_USERS,
                found=self.users,
            )
        if self.days < FEWEST_DAYS:
            raise Problem(
                "demo_span",
                Words(
                    en="The demo shop needs at least {least} days of data; {found} were asked.",
                    zh="演示店铺至少需要 {least} 天的数据，当前为 {found} 天。",
                ),
                Words(en="Ask for more months or weeks.", zh="请增加月数或周数。"),
                least=FEWEST_DAYS,
                found=self.days,
            )

    @property
    def draw(self) -> int:
        """The seed of the experiments: who is in which arm, whose exposure is lost."""
        return self.seed if self.trial_seed is None else self.trial_seed

    @property
    def start(self) -> date:
        """First day with data."""
        after = self.end + timedelta(days=1)
        if self.weeks is not None:
            return after - timedelta(weeks=self.weeks)
        months = after.year * 12 + after.month - 1 - self.months
        return date(months // 12, months % 12 + 1, min(after.day, 28))

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def opens_at(self) -> int:
        """First instant with data, in seconds since 1970."""
        return _midnight(self.start)

    @property
    def closes_at(self) -> int:
        """First instant after the data."""
        return _midnight(self.end + timedelta(days=1))

    @property
    def cells(self) -> int:
        return -(-self.users // CELL)

    def users_in(self, cell: int) -> int:
        """How many users the cell holds; cells differ by one at most."""
        each, more = divmod(self.users, self.cells)
        return each + (cell < more)


def _midnight(day: date) -> int:
    at = datetime.combine(day, time(), ZoneInfo(REPORTING_ZONE)).astimezone(UTC)
    return round(at.timestamp())


PRESETS: dict[str, DemoSpec] = {
    "tiny": DemoSpec("tiny", users=2_000, months=15),
    "demo": DemoSpec("demo", buying=0.5, browsing=1.6, convincing=0.45),
    "bench": DemoSpec(
        "bench", users=2_000_000, weeks=26, buying=2.6, browsing=1.05, convincing=1.2
    ),
}
"""`tiny` for tests, `demo` for a first look, `bench` for measuring."""
