"""A progress bar on the terminal, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from i18n import Text, Words

Progress = Callable[[float, Words], None]
"""Called with the share done, in [0, 1], and what is being done."""


def silent(_share: float, _step: Words) -> None:
    """Progress that nobody watches."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """The progress of one stage, as its part of the whole."""
    return lambda share, step: progress(start + (end - start) * share, step)


@contextmanager
def progress_bar(tr: Text, *, quiet: bool = False) -> Iterator[Progress]:
    """A bar from 0 to 100 % on standard error; `quiet` shows nothing."""
    if quiet:
        yield silent
        return
    shape = "{desc:<28} {percentage:3.0f}% |{bar:24}| {elapsed}"
    with tqdm(total=100, bar_format=shape, leave=True) as bar:

        def show(share: float, step: Words) -> None:
            bar.set_description_str(tr(step), refresh=False)
            bar.update(round(min(max(share, 0.0), 1.0) * 100) - bar.n)
            bar.refresh()

        yield show
