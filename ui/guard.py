"""Nothing that goes wrong reaches the reader as a traceback."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException

from i18n import Problem
from ui.session import publish_url, text
from ui.states import failed, problem_card

log = logging.getLogger("northstar")


@contextmanager
def guarded() -> Iterator[None]:
    """A `Problem` becomes a card that says what to do; anything else a card with a number that
    also stands in the log. Streamlit's own control flow passes through."""
    try:
        yield
    except (RerunException, StopException):
        raise
    except Problem as problem:
        problem_card(problem, text())
        publish_url()
    except Exception:
        number = secrets.token_hex(3)
        log.exception("page failed, incident %s", number)
        failed(number, text())
        publish_url()
