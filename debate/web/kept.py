"""Pages kept until something in the debate changes, for all who see the same of them.

Every change to a debate writes an event and counts it in the debate's row, which each request
reads: so nobody is shown what has been hidden, withdrawn or edited. What people call themselves
belongs to no debate; a new name shows within a minute. Each language has pages of its own.

A member sees what others see, but for the statements that are theirs, marked, new or waiting for
them: those are drawn anew. A page is kept in pieces for that, and with slots for the CSRF
field and for the form that follows the debate. Visitors see all the same of the other views too:
those are kept whole.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import wraps

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from accounts.http import hides_bots
from debate.models import Debate
from debate.selectors import debates, gists
from debate.selectors.threads import Thread
from debate.web.answers import is_fragment, signed_in

MOST = 128  # pages, in each process
SECONDS = 60
CSRF = secrets.token_hex(16)
"""Stands for the token in what is kept; nobody can write it into a statement."""
FOLLOW = secrets.token_hex(16)
"""Stands for the form that follows the debate."""
MAIN = secrets.token_hex(16)
"""Stands for the main part in a page around it."""

ARTICLE = re.compile(
    r'(<article class="statement[^>]* id="statement-(?P<id>\d+)".*?</article>)', re.S
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The main part of a page: its rows, and its HTML in pieces, each statement one of them.

    Pieces are kept as they are sent, and cut where a token goes in: to look for the places in
    200 kB and to encode it takes longer than all queries of a request.
    """

    thread: Thread
    pieces: list[list[bytes]]
    places: dict[int | str, int]

    def html(self, own: Mapping[int, str], csrf: str = "", follow: str = "") -> bytes:
        """The HTML with these statements instead, with what follows the debate, and the token."""
        pieces = self.pieces.copy()
        pieces[self.places[FOLLOW]] = _cut(follow)
        for pk, article in own.items():
            pieces[self.places[pk]] = _cut(article)
        return b"".join(map(csrf.encode().join, pieces))


_pages: dict[Hashable, tuple[Hashable, float, object]] = {}


def page(debate: Debate, kind: Hashable, draw: Callable[[], tuple[Thread, str]]) -> Kept:
    """The debate's page of this kind that is kept, or else what `draw` makes: rows and HTML."""
    version = (debates.version(debate), gists.number(debate))
    known = _known(debate, kind, version)
    if not isinstance(known, Kept):
        known = _kept(*draw())
        _keep(debate, kind, version, known)
    return known


def for_visitors(
    view: Callable[[HttpRequest, Debate], HttpResponse],
) -> Callable[[HttpRequest, Debate], HttpResponse]:
    """Keep a view of a debate, at its plain address, for all who are not signed in.

    What tells one reader something, or has a token of theirs in it, is not kept.
    """

    @wraps(view)
    def found(request: HttpRequest, debate: Debate) -> HttpResponse:
        if signed_in(request) or request.GET or is_fragment(request) or get_messages(request):
            return view(request, debate)
        kind = (request.build_absolute_uri(), get_language(), hides_bots(request))
        version = (debates.version(debate), vars(debate)["analysed"])
        known = _known(debate, kind, version)
        if isinstance(known, bytes):
            return HttpResponse(known)
        answer = view(request, debate)
        if not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            _keep(debate, kind, version, answer.content)
        return answer

    return found


def _known(debate: Debate, kind: Hashable, version: Hashable) -> object:
    known = _pages.get((debate.pk, kind))
    return known[2] if known and known[0] == version and known[1] > time.monotonic() else None


def _keep(debate: Debate, kind: Hashable, version: Hashable, made: object) -> None:
    while len(_pages) >= MOST:
        _pages.pop(next(iter(_pages)), None)
    _pages[debate.pk, kind] = (version, time.monotonic() + SECONDS, made)


def articles(html: str) -> dict[int, str]:
    """The statements in a piece of HTML, by id."""
    return {int(found["id"]): found[0] for found in ARTICLE.finditer(html)}


def around(html: str, main: bytes) -> bytes:
    """A page with the main part in the place of MAIN."""
    before, _, after = html.partition(MAIN)
    return b"".join((before.encode(), main, after.encode()))


def _kept(thread: Thread, html: str) -> Kept:
    before, _, html = html.rpartition(FOLLOW)
    pieces = [before, ""]
    places: dict[int | str, int] = {FOLLOW: 1}
    end = 0
    for found in ARTICLE.finditer(html):
        pieces += [html[end : found.start()], found[0]]
        places[int(found["id"])] = len(pieces) - 1
        end = found.end()
    return Kept(thread, [_cut(piece) for piece in [*pieces, html[end:]]], places)


def _cut(html: str) -> list[bytes]:
    return html.encode().split(CSRF.encode())
