"""One reader's visit to a running app without a browser, by Streamlit's own messages."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol


@dataclass(frozen=True, slots=True)
class Visit:
    """What one run of a page brought: whether the page exists and what it showed as errors."""

    page_found: bool
    errors: tuple[str, ...]


def visit(address: str, page: str = "", query: str = "", *, seconds: float = 60) -> Visit:
    """Open `page` (its url_path; empty is the default page) of the app at `address` and wait
    until its script has run to the end.

    `address` is `http://host:port`. `seconds` bounds the silence between two messages.
    Raises `TimeoutError` when the app falls silent, `OSError` when it is not there.
    """
    stream = address.replace("http", "ws", 1).rstrip("/") + "/_stcore/stream"
    ask = BackMsg()
    ask.rerun_script.query_string = query
    ask.rerun_script.page_name = page
    page_found, errors = True, []
    # The address is of this machine or this network: a proxy of the environment is not for it.
    with connect(
        stream, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None
    ) as socket:
        socket.send(ask.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(socket.recv(timeout=seconds, decode=False))
            kind = answer.WhichOneof("type")
            if kind == "page_not_found":
                page_found = False
            elif kind == "delta" and answer.delta.new_element.HasField("exception"):
                errors.append(answer.delta.new_element.exception.message)
            elif (
                kind == "script_finished"
                and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return Visit(page_found, tuple(errors))
