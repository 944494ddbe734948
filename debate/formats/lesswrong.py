"""Comments of LessWrong and other sites on ForumMagnum, as their GraphQL gives them (JSON).

A list of comments, or any object that holds one under `results` or `comments`; the post, under
`post` or `result`, is what all else answers. Reactions 'agree' and 'disagree' of named people are
marks; votes name nobody, so they are told as lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from debate.formats.bounds import json_of
from debate.formats.hypertext import Piece, escaped
from debate.formats.outline import Header, Loss, Options, Reading, Unreadable
from debate.formats.threads import Comment, Thread, Verdict
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
WAYS_IN = ("data", "comments", "results", "result")
DEEPEST = 6
TRUTHS = {"agree": "agree", "disagree": "disagree"}
SAID_SO = ("created", "seconded")


def read(data: bytes, options: Options) -> Reading:
    """Read comments and, if it is there, the post; raises Unreadable."""
    value = json_of(data, options)
    rows, post = _rows(value), _post(value)
    if not rows and not post:
        raise Unreadable("There are no comments in this file.")
    thread = Thread(options)
    thread.expect(len(rows))
    tally = Tally()
    top = words_of(post.get("_id")) or ("post" if post else "")
    if post:
        thread.add(_comment(thread, tally, {**post, "_id": top, "parentCommentId": None}))
    for row in rows:
        thread.add(_comment(thread, tally, mapping_of(row)))
    tally.tell(thread.losses.append)
    title = on_one_line(words_of(post.get("title"))) or on_one_line(options.name)
    header = Header(
        short(title or "Comments", QUESTION_MOST),
        source=words_of(post.get("pageUrl")),
        at=moment_of(post.get("postedAt")),
        source_id=top,
    )
    return thread.reading(header, top)


def _rows(value: Any) -> list[Any]:
    """The list of comments, wherever it is in the answer."""
    for _ in range(DEEPEST):
        if isinstance(value, list):
            return value
        inside = mapping_of(value)
        value = next((inside[name] for name in WAYS_IN if inside.get(name) is not None), None)
    return []


def _post(value: Any) -> Mapping[str, Any]:
    """The post that is commented on, where the file has it."""
    inside = mapping_of(value)
    inside = mapping_of(inside.get("data")) or inside
    post = mapping_of(inside.get("post"))
    return mapping_of(post.get("result")) or post


def _comment(thread: Thread, tally: Tally, row: Mapping[str, Any]) -> Comment:
    user = mapping_of(row.get("user"))
    slug = words_of(user.get("slug"))
    person = thread.person(
        words_of(user.get("_id")) or slug, words_of(user.get("displayName")) or slug, slug
    )
    key = words_of(row.get("_id"))
    _verdicts(thread, tally, key, mapping_of(row.get("extendedScore")))
    if row.get("baseScore") or row.get("voteCount"):
        tally.add(
            Loss("Votes name nobody, so they are no marks; comments with votes: %(n)s.", "mark")
        )
    return Comment(
        key,
        words_of(row.get("parentCommentId")),
        person,
        _pieces(thread, row),
        moment_of(row.get("postedAt")),
        moment_of(row.get("lastEditedAt")),
        "withdrawn" if row.get("deleted") else "",
        name=short(words_of(row.get("title"))) if row.get("title") else "",
    )


def _pieces(thread: Thread, row: Mapping[str, Any]) -> Sequence[Piece]:
    contents = mapping_of(row.get("contents"))
    html = contents.get("html") or row.get("htmlBody")
    if isinstance(html, str):
        return thread.pieces(html)
    text = escaped(words_of(contents.get("plaintextMainText")))
    return [Piece(text)] if text else []


def _verdicts(thread: Thread, tally: Tally, comment: str, score: Mapping[str, Any]) -> None:
    """What named people hold of a comment; other reactions are counted as lost."""
    for name, given in mapping_of(score.get("reacts")).items():
        for row in map(mapping_of, list_of(given)):
            truth = TRUTHS.get(str(name)) if row.get("reactType") in SAID_SO else None
            user = words_of(row.get("userId"))
            if not truth or not user:
                tally.add(Loss("Reactions that are no marks: %(n)s.", "mark"))
                continue
            person = thread.person(user, words_of(row.get("displayName")))
            quotes = [words_of(words) for words in list_of(row.get("quotes"))]
            thread.verdicts.append(Verdict(comment, person, truth, next(iter(quotes), "")))
