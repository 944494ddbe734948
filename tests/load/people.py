"""The accounts of the load, and what they find to answer: written down for locust to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connections

from accounts import actions
from accounts.models import Kind as AccountKind
from accounts.models import User
from config import bench
from debate.models import Debate, Statement
from debate.models.statements import Kind
from debate.text import plain

CLAIMS = (Kind.SUPPORT, Kind.OBJECTION)
MOST_CLAIMS, MOST_DEEP, DEEP = 300, 200, 5
QUOTED = 4  # words


def prepare(slugs: Sequence[str], members: int, bots: int, into: Path) -> None:
    """Make members who are signed in, and bots with tokens; write down them and the debates."""
    world = {
        "members": [bench.sign_in(f"reader-{n}", "trusted") for n in range(members)],
        "bots": [_bot(n) for n in range(bots)],
        "debates": [_debate(Debate.objects.get(slug=slug)) for slug in slugs],
    }
    connections.close_all()
    into.parent.mkdir(exist_ok=True)
    into.touch(mode=0o600)
    into.write_text(json.dumps(world))


def _bot(number: int) -> str:
    """The key of a bot of its own person's."""
    owner = User.objects.create_user(f"keeper-{number}", standing="trusted")
    bot = User.objects.create_user(f"helper-{number}", kind=AccountKind.BOT, owner=owner)
    return actions.create_token(bot, by=owner, name="load", scopes=["read", "write"])[1]


def _debate(debate: Debate) -> dict[str, Any]:
    """What can be answered in a debate, with words of it, and what lies deep in it."""
    said = Statement.objects.filter(debate=debate, hidden_at=None, withdrawn_at=None)
    claims = said.filter(kind__in=CLAIMS).order_by("pk")[:MOST_CLAIMS]
    deep = said.filter(depth__gte=DEEP).order_by("pk").values_list("pk", flat=True)
    return {
        "slug": debate.slug,
        "claims": [{"pk": one.pk, "words": _words(one)} for one in claims],
        "deep": list(deep[:MOST_DEEP]),
    }


def _words(one: Statement) -> str:
    """The first words, as they stand."""
    return " ".join(plain.plain(one.body_html).split("\n")[0].split(" ")[:QUOTED])
