"""Where a shop's versions are: the files of a folder, or the schemas of a server."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from data.dialects import is_embedded
from data.drafts import Draft, Versions
from data.settings import Limits
from data.version_files import FileVersions
from data.version_schemas import SchemaVersions, unreachable

__all__ = ["Draft", "Versions", "open_versions", "unreachable"]


def open_versions(url: str, shop: str, limits: Limits) -> Versions:
    """The versions behind a shop's url: `duckdb:///folder` or `postgresql+psycopg://…`."""
    parsed = make_url(url)
    if is_embedded(parsed):
        return FileVersions(Path(parsed.database or "."), limits)
    return SchemaVersions(parsed, shop, limits)
