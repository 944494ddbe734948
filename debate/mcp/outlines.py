"""A debate as text: one line for each statement, or all its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from debate.mcp.calls import Answer, Api

FORMS = ("outline", "markdown", "head")
LINES = 500
GIST = 160
BYTES_MOST = 400_000
GOES_ON = "(It goes on: see the outline, and read single statements.)"
FIELDS = "id,label,kind,on,name,parent,depth,author,body,status,marks,reply_count,hidden,withdrawn"


def read(api: Api, slug: str, form: str, cursor: str | None) -> Answer | str:
    """The debate in a form; another one than those gives the outline."""
    if form == "markdown":
        text, is_all = api.text("download-detail", slug, "markdown", most=BYTES_MOST)
        return text if is_all else f"{text}\n\n{GOES_ON}\n"
    head: Answer = api.get("debate-detail", slug)
    if form == "head":
        return head
    page = api.get("statement-list", slug, limit=LINES, fields=FIELDS, cursor=cursor)
    return "\n".join(_lines(head, page))


def _lines(head: Answer, page: Answer) -> Iterator[str]:
    yield f"# {head['question']}"
    yield f"State: {head['state']}. Statements: {head['counts']['statements']}.\n"
    for row in page["results"]:
        yield _line(row)
    if page["next"]:
        yield f"\nIt goes on: ask for the outline with the cursor {page['next']}."


def _line(row: dict[str, Any]) -> str:
    kind = f"{row['kind']} ({row['on']})" if row["on"] else row["kind"]
    told = [kind, f"id {row['id']}"]
    if row["status"]:
        told.append(row["status"])
    told += [f"{count} {name.replace('_', ' ')}" for name, count in row["marks"].items() if count]
    said = "gone" if row["body"] is None else f"{_who(row['author'])}: {_gist(row)}"
    return f"{'  ' * row['depth']}- {row['label']} [{', '.join(told)}] {said}"


def _who(author: dict[str, Any]) -> str:
    return f"{author['name']} (bot)" if author["kind"] == "bot" else str(author["name"])


def _gist(row: dict[str, Any]) -> str:
    words = " ".join(row["body"].split())
    short = words if len(words) <= GIST else f"{words[: GIST - 1]}…"
    return f"{row['name']}. {short}" if row["name"] else short
