"""Topics of Discourse, as `/t/<id>.json?print=true` gives them.

Each post is a comment under the one it replies to, else under the first. Quotations name the post
they are of. Likes and reactions say nothing of truth, so they are told as lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from debate.formats.bounds import json_of
from debate.formats.hypertext import Piece
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
REGULAR = (None, 1)
QUOTED = re.compile(r'^\[quote(?:="[^"\n]*")?\]\s*$|^\[/quote\]\s*$', re.MULTILINE)


def read(data: bytes, options: Options) -> Reading:
    """Read a topic; raises Unreadable."""
    topic = mapping_of(json_of(data, options))
    stream = mapping_of(topic.get("post_stream"))
    rows = [mapping_of(row) for row in list_of(stream.get("posts"))]
    if not rows:
        raise Unreadable("There are no posts in this file. Give the JSON of a topic.")
    thread = Thread(options)
    tally = Tally()
    top = words_of(rows[0].get("post_number"))
    title = on_one_line(words_of(topic.get("title"))) or on_one_line(options.name)
    for row in rows:
        if row.get("post_type") in REGULAR:
            thread.add(_comment(thread, tally, row, top))
        else:
            tally.add(Loss("Notes of moderators and of the system: %(n)s.", "point"))
    missing = len(list_of(stream.get("stream"))) - len(rows)
    if missing > 0:
        thread.losses.append(
            Loss(
                "Posts of the topic that are not in the file: %(n)s.", "point", "", {"n": missing}
            )
        )
    tally.tell(thread.losses.append)
    header = Header(
        short(title or "Topic", QUESTION_MOST),
        topics=tuple(filter(None, map(_tag, list_of(topic.get("tags"))))),
        state="closed" if topic.get("closed") else "open",
        at=moment_of(topic.get("created_at")),
        source_id=words_of(topic.get("id")),
    )
    return thread.reading(header, top)


def _tag(value: Any) -> str:
    return words_of(value) or words_of(mapping_of(value).get("name"))


def _comment(thread: Thread, tally: Tally, row: Mapping[str, Any], top: str) -> Comment:
    username = words_of(row.get("username"))
    person = thread.person(
        words_of(row.get("user_id")) or username, words_of(row.get("name")) or username, username
    )
    number = words_of(row.get("post_number"))
    if any(mapping_of(act).get("count") for act in list_of(row.get("actions_summary"))):
        tally.add(Loss("Likes are no marks; posts with likes: %(n)s.", "mark"))
    if row.get("polls"):
        tally.add(Loss("Polls were left out: %(n)s.", "point"))
    created, updated = moment_of(row.get("created_at")), moment_of(row.get("updated_at"))
    is_gone = bool(row.get("user_deleted") or row.get("deleted_at"))
    return Comment(
        number,
        words_of(row.get("reply_to_post_number")) or (top if number != top else ""),
        person,
        _pieces(thread, row),
        created,
        updated if updated != created else None,
        "hidden" if row.get("hidden") else "withdrawn" if is_gone else "",
        number=number,
    )


def _pieces(thread: Thread, row: Mapping[str, Any]) -> Sequence[Piece]:
    cooked, raw = row.get("cooked"), row.get("raw")
    if isinstance(cooked, str):
        return thread.pieces(cooked)
    return pieces_of_markdown(_as_markdown(raw)) if isinstance(raw, str) else []


def _as_markdown(raw: str) -> str:
    """A post as it was typed, with its quotations as those of Markdown."""
    lines, depth = [], 0
    for line in raw.split("\n"):
        if QUOTED.match(line):
            depth = max(depth + (-1 if line.startswith("[/") else 1), 0)
            lines.append("")
        else:
            lines.append(">" * depth + " " + line if depth else line)
    return "\n".join(lines)
