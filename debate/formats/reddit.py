"""Comment trees of Reddit, as `/comments/<id>.json` gives them: the post, then its comments.

Their words are Markdown. Scores name nobody, so they are told as lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from debate.formats.bounds import json_of
from debate.formats.markings import pieces_of_markdown
from debate.formats.outline import Header, Loss, Options, Reading, Unreadable
from debate.formats.threads import Comment, Thread
from debate.formats.values import (
    Tally,
    list_of,
    mapping_of,
    moment_of,
    on_one_line,
    short,
    words_of,
)

QUESTION_MOST = 200
GONE = {"[deleted]": "withdrawn", "[removed]": "hidden"}


def read(data: bytes, options: Options) -> Reading:
    """Read a tree of comments, with the post if it is there; raises Unreadable."""
    thread = Thread(options)
    tally = Tally()
    top: Mapping[str, Any] = {}
    waiting = [json_of(data, options)]
    while waiting:  # what was put last comes first, and each list in its order
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
            continue
        kind, inside = (
            words_of(mapping_of(value).get("kind")),
            mapping_of(mapping_of(value).get("data")),
        )
        if kind == "Listing":
            waiting += reversed(list_of(inside.get("children")))
        elif kind == "t1" or (kind == "t3" and not top):
            top = inside if kind == "t3" else top
            thread.add(_comment(thread, tally, inside, kind))
            waiting.append(inside.get("replies"))
        elif kind == "more":
            for _ in list_of(inside.get("children")):
                tally.add(Loss("Comments that are not in the file: %(n)s.", "point"))
    if not thread.comments:
        raise Unreadable("There are no comments in this file. Give the JSON of a post.")
    tally.tell(thread.losses.append)
    title = on_one_line(unescape(words_of(top.get("title")))) or on_one_line(options.name)
    header = Header(
        short(title or "Comments", QUESTION_MOST),
        at=moment_of(top.get("created_utc")),
        source_id=words_of(top.get("id")),
    )
    return thread.reading(header, f"t3_{words_of(top.get('id'))}" if top else "")


def _comment(thread: Thread, tally: Tally, row: Mapping[str, Any], kind: str) -> Comment:
    key = words_of(row.get("id"))
    author = words_of(row.get("author"))
    body = row.get("body" if kind == "t1" else "selftext")
    words = unescape(body) if isinstance(body, str) else ""
    title = unescape(words_of(row.get("title")))
    person = author if author not in GONE else ""
    thread.person(words_of(row.get("author_fullname")) or person, person, person)
    if row.get("score") not in (None, 0, 1):
        tally.add(
            Loss("Scores name nobody, so they are no marks; comments with one: %(n)s.", "mark")
        )
    return Comment(
        f"{kind}_{key}" if key else "",
        words_of(row.get("parent_id")),
        (words_of(row.get("author_fullname")) or person) if person else "",
        pieces_of_markdown(words or title),
        moment_of(row.get("created_utc")),
        moment_of(row.get("edited")),
        GONE.get(words.strip(), "") if kind == "t1" else "",
        name=short(title) if title else "",
    )
