"""A PostgreSQL server that is away, closed, busy or read-only says so, in both languages."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, func, make_url, select

from i18n import Problem, Text
from store import OVERVIEW_DECK, open_store
from store.models import Record
from tests.store.conftest import Opens, deck, told


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://northstar:s3cret@127.0.0.1:1/northstar",
        "postgresql+psycopg://northstar:s3cret@no-such-host.invalid/northstar",
    ],
)
def test_a_server_that_is_not_there_is_told_without_the_password(url: str) -> None:
    with pytest.raises(Problem) as problem:
        open_store(url)
    told(problem.value, "store_unreachable", "northstar:***@", "无法连接应用存储")
    assert "s3cret" not in problem.value.say(Text("en")) + problem.value.say(Text("zh"))


@pytest.mark.postgres
def test_a_database_the_server_does_not_have(postgres_url: str) -> None:
    url = make_url(postgres_url).set(database="no_such_database")
    with pytest.raises(Problem) as problem:
        open_store(url.render_as_string(hide_password=False))
    told(problem.value, "store_unreachable", "can't be reached", "无法连接应用存储")


@pytest.mark.postgres
def test_a_user_the_server_does_not_let_in(postgres_url: str) -> None:
    url = make_url(postgres_url).set(username="nobody_known", password="s3cret")
    with pytest.raises(Problem) as problem:
        open_store(url.render_as_string(hide_password=False))
    told(problem.value, "store_unreachable", "can't be reached", "无法连接应用存储")
    assert "s3cret" not in str(problem.value)


@pytest.mark.postgres
def test_a_server_that_drops_the_connection_is_found_again(
    postgres_url: str, opened: Opens
) -> None:
    store = opened(postgres_url)
    saved = store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    admin = create_engine(make_url(postgres_url))
    with store.engine.connect() as used:
        pid = used.scalar(select(func.pg_backend_pid()))
    with admin.connect() as connection:
        connection.execute(select(func.pg_terminate_backend(pid)))
    admin.dispose()
    assert store.load(OVERVIEW_DECK, "uci") == saved


@pytest.mark.postgres
def test_a_record_held_by_another_session_is_told(postgres_url: str, opened: Opens) -> None:
    opened(postgres_url)  # migrates with patience: other tests may be migrating on this server
    store = opened(postgres_url, wait_seconds=0.05)
    store.save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    with store.engine.connect() as other:
        other.execute(select(Record).with_for_update())
        with pytest.raises(Problem) as problem:
            store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Bo", based_on=1)
    told(problem.value, "store_locked", "being written by somebody else", "正被其他程序写入")


@pytest.mark.postgres
def test_a_database_that_may_only_be_read(postgres_url: str, opened: Opens) -> None:
    saved = opened(postgres_url).save(OVERVIEW_DECK, "uci", deck(), author="Anna", based_on=None)
    url = make_url(postgres_url)
    options = f"{url.query['options']} -c default_transaction_read_only=on"
    store = opened(
        url.update_query_dict({"options": options}).render_as_string(hide_password=False)
    )
    assert store.load(OVERVIEW_DECK, "uci") == saved
    with pytest.raises(Problem) as problem:
        store.save(OVERVIEW_DECK, "uci", deck("dau"), author="Bo", based_on=1)
    told(problem.value, "store_read_only", "may be read but not written", "只可读取，不可写入")
