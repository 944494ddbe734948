"""What a form on a page holds, and how long news take from who says it to who hears it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from html.parser import HTMLParser

Fields = list[tuple[str, str]]
CHECKED = ("radio", "checkbox")
NO_FIELDS = ("submit", "button", "image", "reset", "file")


class NoForm(LookupError):
    """The page has no form with this address."""


def form(html: str, action: str) -> Fields:
    """What the first form with this address would send, as a browser would, without a button."""
    reader = _Forms(action)
    reader.feed(html)
    if not reader.is_found:
        raise NoForm(action)
    return reader.fields


class _Forms(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.fields: Fields = []
        self.is_found = self.is_inside = False
        self.writing = ""  # the name of the textarea that is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.is_found and has.get("action") == self.action:
            self.is_found = self.is_inside = True
        elif self.is_inside and tag == "textarea":
            self.writing = has["name"]
            self.fields.append((self.writing, ""))
        elif self.is_inside and tag == "input":
            self._input(has)

    def _input(self, has: dict[str, str]) -> None:
        kind = has.get("type", "text")
        is_left_out = kind in NO_FIELDS or (kind in CHECKED and "checked" not in has)
        if "name" in has and not is_left_out:
            self.fields.append((has["name"], has.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea":
            self.writing = ""

    def handle_data(self, data: str) -> None:
        if self.writing:
            name, before = self.fields[-1]
            self.fields[-1] = (name, before + data)


class Delays:
    """Tells how long each statement took from its sending to each of its hearers.

    The news may be heard before its sender has been answered, and so knows what it is called.
    """

    def __init__(self, tell: Callable[[float], None]) -> None:
        self.tell = tell
        self.sent: dict[int, float] = {}
        self.heard: dict[int, list[float]] = defaultdict(list)

    def say(self, statement: int, at: float) -> None:
        """A statement was sent at this time, in seconds."""
        self.sent[statement] = at
        for heard in self.heard.pop(statement, ()):
            self.tell((heard - at) * 1000)

    def hear(self, statement: int, at: float) -> None:
        """Somebody has heard of it."""
        if statement in self.sent:
            self.tell((at - self.sent[statement]) * 1000)
        else:
            self.heard[statement].append(at)
