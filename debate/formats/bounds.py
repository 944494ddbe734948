"""Reading files that anybody may have made: text, JSON, archives and tables, within bounds.

Nothing here follows a name in a file to a place on the disk, expands anything that swells without
end, or reads YAML or XML.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

from debate.formats.outline import Loss, Lost, Options, Unreadable

PARTS_MOST = 1_000_000
"""Values of a JSON file, at most: each takes about ninety bytes."""
MEMBERS_MOST = 100
LINES_MOST = 200_000
"""Lines of a file that is read line by line, at most: more than all statements need."""
LINES_REPORTED = 200
BROKEN_MOST = 0.05  # of the characters; beyond that it is no text
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
MAGIC = (b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\x89PNG", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")
FORMULA = re.compile(r"[\s']*[=+\-@\x00\uff1d\uff0b\uff0d\uff20]|'*[\t\r]")


def checked(data: bytes, options: Options) -> bytes:
    """The file, if it is not empty and not too big; raises Unreadable."""
    if not data.strip():
        raise Unreadable("This file is empty.")
    if len(data) > options.bytes_most:
        raise Unreadable(
            "This file has %(size)s MB; the most is %(most)s MB. Take a part of it.",
            size=round(len(data) / 1e6, 1),
            most=round(options.bytes_most / 1e6, 1),
        )
    return data


def text_of(data: bytes, options: Options, lost: Lost, lines_most: int | None = None) -> str:
    r"""The file as text with \n at line ends; characters that are none are left out and told.

    Raises Unreadable for what is no text, is empty, too big or has more lines than that.
    """
    checked(data, options)
    if data.startswith(MAGIC):
        raise Unreadable("This is no text file. Give the file that the other site exports.")
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    if lines_most and text.count("\n") > lines_most:
        raise Unreadable(
            "This file has more than %(most)s lines. Take a part of it.", most=f"{lines_most:,}"
        )
    broken = [match.start() for match in NOT_TEXT.finditer(text)]
    if len(broken) > BROKEN_MOST * len(text):
        raise Unreadable("This is no text in UTF-8. Save it as UTF-8 and try again.")
    for line in _lines_of(text, broken):
        lost(
            Loss(
                "Characters that are no text were left out.",
                "line",
                f"line {line}",
            )
        )
    return NOT_TEXT.sub("", text) if broken else text


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _lines_of(text: str, places: list[int]) -> list[int]:
    """The numbers of the lines with these places, the first few."""
    lines: list[int] = []
    at, line = 0, 1
    for place in places:
        line += text.count("\n", at, place)
        at = place
        if not lines or lines[-1] != line:
            lines.append(line)
        if len(lines) == LINES_REPORTED:
            break
    return lines


def json_of(data: bytes, options: Options) -> Any:
    """The value of a JSON file; raises Unreadable, with the line where it is broken."""
    checked(data, options)
    if sum(data.count(sign) for sign in (b"[", b"{", b",")) > PARTS_MOST:
        raise Unreadable("This file has too many values. Take a part of it.")
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise Unreadable("The values of this file lie in each other too deep.") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("Line %(line)s is not UTF-8.", line=line) from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            "This is no JSON: line %(line)s, column %(column)s.",
            line=error.lineno,
            column=error.colno,
        ) from error
    except ValueError as error:
        raise Unreadable("A number in this file is no number, or far too long.") from error


def _no_number(name: str) -> float:
    raise ValueError(name)


def members_of(data: bytes, options: Options) -> dict[str, bytes]:
    """The files of a ZIP archive by the last part of their names; none is written anywhere.

    Raises Unreadable for too many, for one that swells beyond the bound, or what is no archive.
    """
    checked(data, options)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            listed = [one for one in archive.infolist() if not one.is_dir()]
            if len(listed) > MEMBERS_MOST:
                raise Unreadable("This archive has more than %(most)s files.", most=MEMBERS_MOST)
            return _unpacked(archive, listed, options.bytes_most)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("This is no ZIP archive, or a broken one.") from error
    except Exception as error:  # zlib.error and the like of broken members
        raise Unreadable("This is no ZIP archive, or a broken one.") from error


def _unpacked(
    archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo], most: int
) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = most
    for one in listed:
        name = one.filename.replace("\\", "/").rsplit("/", 1)[-1]
        with archive.open(one) as member:
            words = member.read(left + 1)
        left -= len(words)
        if left < 0:
            raise Unreadable("Unpacked, this archive is too big.")
        found.setdefault(name, words)
    return found


def rows_of(text: str, lost: Lost, where: str = "") -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV with a head, each with the number of its line; broken ones are told."""
    reader = csv.DictReader(StringIO(text, newline=""), strict=False)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            lost(
                Loss("This row cannot be read.", "line", f"{where} line {reader.line_num}".strip())
            )
            continue
        yield reader.line_num, {name: value or "" for name, value in row.items() if name}


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell) else cell
