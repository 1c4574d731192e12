"""What tests lean on beside the code: PostgreSQL, Chromium, a running dashboard."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

REQUIRE = "NORTHSTAR_REQUIRE_SERVICES"


def absent(tests: str, reason: str) -> NoReturn:
    """Skip with a clear line; where every service must be there (CI), fail instead.

    A run that was meant to prove both databases must not pass because one did not start.
    """
    message = f"{tests} tests skipped: {reason}"
    if os.environ.get(REQUIRE):
        pytest.fail(f"{message} ({REQUIRE} is set)", pytrace=False)
    pytest.skip(message)
