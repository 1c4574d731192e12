"""Look-up files, each opened once however often the mapping asks for it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from data.importing.expressions import OtherFile
from data.importing.files import find_files, read_file
from data.importing.frame import LookupTable, as_text
from data.importing.parsed import mask
from data.importing.raw import Raw
from i18n import Problem, Words

_BETWEEN = "\x1f"


class Lookups:
    """The look-up files of one mapping. `files` are those that were opened."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables: dict[str, LookupTable] = {}
        self.files: dict[str, Raw] = {}

    def __call__(self, asked: OtherFile) -> LookupTable:
        """Keys and answers, both text. Raises `Problem` for a key with two different answers."""
        name = asked.model_dump_json()
        if name not in self._tables:
            self._tables[name] = self._read(asked)
        return self._tables[name]

    def _read(self, asked: OtherFile) -> LookupTable:
        path = find_files(self._folder, asked.file)[0]
        raw = read_file(
            path,
            shown=asked.file,
            encoding=asked.encoding,
            delimiter=asked.delimiter,
            sheet=asked.sheet,
            columns=[*asked.keys, asked.take],
        )
        self.files[asked.file] = raw
        keys = one_key([_texts(raw.table, name, asked.nulls) for name in asked.keys])
        answers = _texts(raw.table, asked.take, asked.nulls)
        known = pc.is_valid(keys)
        keys, answers, lines = keys.filter(known), answers.filter(known), raw.lines[mask(known)]
        coded = keys.dictionary_encode()
        first: dict[int, int] = {}
        for row, code in enumerate(coded.indices.to_pylist()):
            first.setdefault(code, row)
        rows = pa.array(list(first.values()), pa.int64())
        unique, chosen = keys.take(rows), answers.take(rows)
        same = pc.equal(pc.fill_null(chosen.take(pc.index_in(keys, value_set=unique)), ""),
                        pc.fill_null(answers, ""))  # fmt: skip
        if not pc.all(same, min_count=0).as_py():
            at = pc.index(same, False).as_py()
            key = keys[at]
            first_at = pc.index(keys, key).as_py()
            raise Problem(
                "lookup_two_answers",
                Words(
                    en="{file}: the key “{key}” has two answers, “{a}” (line {line_a}) and “{b}” "
                    "(line {line_b}).",
                    zh="{file}：编号“{key}”有两个不同的取值：“{a}”（第 {line_a} 行）与"
                    "“{b}”（第 {line_b} 行）。",
                ),
                Words(
                    en="Leave one line for each key in the look-up file.",
                    zh="对照文件中每个编号只能保留一行。",
                ),
                file=asked.file,
                key=shown_key(key).as_py(),
                a=answers[first_at].as_py(),
                line_a=int(lines[first_at]),
                b=answers[at].as_py(),
                line_b=int(lines[at]),
            )
        return unique, chosen


def one_key(parts: list[pa.Array]) -> pa.Array:
    """Several columns of text as one key; empty where a part is. The mark between the parts is
    one that no file has, so that (`a`, `b-c`) and (`a-b`, `c`) stay two keys."""
    return pc.binary_join_element_wise(*parts, _BETWEEN) if len(parts) > 1 else parts[0]


def shown_key(key: pa.Array | pa.Scalar) -> pa.Array | pa.Scalar:
    """A key as a reader may see it."""
    return pc.replace_substring(key, _BETWEEN, " / ")


def _texts(table: pa.Table, name: str, nulls: list[str]) -> pa.Array:
    texts = pc.utf8_trim_whitespace(as_text(_array(table, name)))
    return pc.if_else(pc.is_in(texts, pa.array(["", *nulls])), pa.scalar(None, texts.type), texts)


def _array(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
