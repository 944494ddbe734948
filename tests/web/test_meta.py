"""What other sites are told of a page: of public debates, and never words that are gone."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import moderation, statements
from debate.models import Debate, Statement
from debate.text import markdown

SECRET = "canary-of-the-test"


def head(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    return page[: page.index("</head>")]


@pytest.fixture
def said(claim: Statement, alice: User) -> Statement:
    statements.edit(claim, by=alice, body=f"So *it* is: {SECRET} & more.", revision=1)
    claim.refresh_from_db()
    return claim


def test_a_debate_tells_its_question_and_background(client: Client, debate: Debate) -> None:
    about = "We *lend* books. " * 30
    Debate.objects.update(background=about, background_html=markdown.render(about))
    at = f"http://testserver/d/{debate.slug}/"
    for query in ("", "?sort=newest", "?kind=support"):
        told = head(client, f"/d/{debate.slug}/{query}")
        assert f'<link rel="canonical" href="{at}">' in told
        assert f'<meta property="og:url" content="{at}">' in told
        assert f'<meta property="og:title" content="{debate.question}">' in told
        described = re.search('<meta property="og:description" content="([^"]+)">', told)
        assert described and described[1].startswith("We lend books. We lend")
        assert len(described[1]) <= 200
        assert "noindex" not in told


def test_a_statement_tells_its_first_words(client: Client, said: Statement) -> None:
    told = head(client, f"/s/{said.pk}/")
    assert f'<link rel="canonical" href="http://testserver/s/{said.pk}/">' in told
    assert f'content="So it is: {SECRET} &amp; more."' in told
    title = re.search("<title>([^<]+)</title>", told)
    assert title and f'property="og:title" content="{title[1]}"' in told


@pytest.mark.parametrize("way", ["hidden", "withdrawn", "unlisted", "private"])
def test_nothing_is_told_of_what_is_gone_or_not_for_everybody(
    way: str, client: Client, said: Statement, alice: User, mara: User
) -> None:
    if way == "hidden":
        moderation.hide(said, by=mara, reason="Attack.")
    elif way == "withdrawn":
        statements.withdraw(said, by=alice)
    else:
        Debate.objects.update(visibility=way)
        said.debate.participations.create(person=alice)
    for user in (None, alice, mara):
        if user:
            client.force_login(user)
        for path in (f"/s/{said.pk}/", f"/d/{said.debate.slug}/"):
            page = client.get(path)
            if page.status_code == 404:
                continue
            told = head(client, path)
            assert SECRET not in told
            listed = way in ("hidden", "withdrawn")
            assert ('content="noindex"' in told) == (not listed)
            if not listed or path.startswith("/s/"):
                assert "og:" not in told
                assert "canonical" not in told


def test_a_person_tells_their_name(client: Client, alice: User) -> None:
    told = head(client, "/u/alice/")
    assert '<meta property="og:type" content="profile">' in told
    assert '<meta property="og:title" content="Alice">' in told
    assert '<link rel="canonical" href="http://testserver/u/alice/">' in told
