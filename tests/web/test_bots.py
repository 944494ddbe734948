"""Bots are always said to be bots, and one switch hides what they said."""

from __future__ import annotations

import html as entities
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import actions as accounts
from accounts.models import User
from debate.actions import cruxes, drafts, statements
from debate.actions.quotations import Words
from debate.models import Debate, Statement
from tests import factories

NAME = "Canarybot"
CANARY = "canary-of-a-bot"
SWITCH = "/accounts/bots/"
LABEL = re.compile(r"\(bot\)|bot of |your bot")
HIDDEN = '<html lang="en" data-bots="hidden">'


@pytest.fixture
def bot(bob: User) -> User:
    return accounts.create_bot(by=bob, username="cb-77", name=NAME)


@pytest.fixture
def busy(debate: Debate, claim: Statement, bot: User, alice: User) -> Debate:
    """The bot says all that a bot may, and is answered, quoted and awaited."""
    made: dict[str, Any] = {"by": bot, "generated_by": "program"}
    remark = statements.reply(claim, kind="remark", body=f"So {CANARY} is.", **made)
    asked = statements.reply(claim, kind="question", body=f"Is {CANARY} so?", **made)
    quote = Words("Most readers")
    statements.reply(claim, kind="objection", on="truth", body="No.", quote=quote, **made)
    statements.edit(remark, body=f"So {CANARY} was.", revision=1, **made)
    statements.reply(remark, by=alice, kind="question", body="Was it?", quote=Words("was"))
    statements.reply(asked, by=alice, kind="support", body="Good to ask.")
    crux = cruxes.put_forward(debate, name="That", body="That it is so.", **made)
    cruxes.drop(crux, reason="No use.", **made)
    wording = drafts.Wording("objection", "truth", "Not so.")
    drafts.keep(remark, by=alice, key="d", wording=wording)
    factories.PositionFactory.create(
        debate=debate, author=bot, name="A third way", generated_by="program"
    )
    return debate


def addresses(debate: Debate, bot: User) -> list[str]:
    at = f"/d/{debate.slug}/"
    views = ["", "exchange/", "open/", "history/", "turn/", "?kind=remark", "?sort=newest"]
    found = [f"{at}{view}" for view in views]
    for said in Statement.objects.filter(debate=debate):
        found += [f"/s/{said.pk}/", f"/s/{said.pk}/marks/", f"{at}?at={said.pk}"]
        found += [f"/s/{said.pk}/revisions/1/"] if said.revision > 1 else []
        found += [f"/s/{said.pk}/{act}/" for act in ("reply", "report", "mark")]
    return [*found, "/", "/marks/", "/moderation/", f"/u/{bot.username}/", "/u/bob/"]


def admin_pages() -> list[str]:
    nouns = ("statement", "debate", "report", "moderationact")
    pages = [f"/admin/debate/{noun}/" for noun in nouns]
    first = Statement.objects.get(body__contains="was.")
    return [*pages, "/admin/accounts/user/", f"/admin/debate/statement/{first.pk}/change/"]


def unlabelled(page: str) -> list[str]:
    """Where the bot's name is told without a word that it is one, but in the form to change it."""
    page = page.replace(f'value="{NAME}"', "")
    texts = [entities.unescape(found) for found in re.findall(r'="([^"]*)"', page)]
    body = re.sub(r"<option[^>]*>|<svg.*?</svg>", " ", page, flags=re.S)
    texts.append(" ".join(entities.unescape(re.sub(r"<[^>]*>", " ", body)).split()))
    wrong = []
    for text in texts:
        for found in re.finditer(NAME, text):
            around = text[found.start() : found.end() + 60]
            if not LABEL.search(around):
                wrong.append(around)
    return wrong


def test_wherever_a_bot_is_named_it_is_said_to_be_one(
    busy: Debate, bot: User, alice: User, bob: User, mara: User
) -> None:
    named = 0
    for viewer, pages in (
        (None, addresses(busy, bot)),
        (alice, addresses(busy, bot)),
        (bob, [*addresses(busy, bot), "/accounts/access/"]),
        (mara, [*addresses(busy, bot), *admin_pages()]),
    ):
        client = Client()
        if viewer:
            client.force_login(viewer)
        for address in pages:
            answer = client.get(address)
            assert answer.status_code in (200, 302, 403, 404), address
            page = answer.content.decode()
            named += NAME in page
            if "/admin/accounts/user/" in address:
                continue  # a table with the columns 'kind' and 'owner'
            assert unlabelled(page) == [], address
    assert named > 40


def test_in_the_api_every_bot_has_its_kind_and_owner(busy: Debate, client: Client) -> None:
    def people(value: object) -> list[dict[str, object]]:
        if isinstance(value, dict):
            own = [value] if value.get("name") == NAME else []
            return own + [one for each in value.values() for one in people(each)]
        return [one for each in value for one in people(each)] if isinstance(value, list) else []

    found = []
    views = ("", "statements/", "turns/", "events/", "cruxes/", "open/")
    pages = [f"/api/v1/debates/{busy.slug}/{view}" for view in views]
    for page in [*pages, "/api/v1/people/cb-77/", "/api/v1/people/cb-77/statements/"]:
        answer = client.get(page)
        assert answer.status_code == 200, page
        found += people(answer.json())
    assert len(found) > 8
    assert all((one["kind"], one["owner"]) == ("bot", "bob") for one in found)


def test_the_switch_is_remembered_by_the_account(
    client: Client, busy: Debate, alice: User
) -> None:
    client.force_login(alice)
    page = f"/d/{busy.slug}/"
    assert HIDDEN not in client.get(page).content.decode()
    answer = client.post(SWITCH, {"bots": "hide", "next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "bots" not in answer.cookies
    other = Client()
    other.force_login(alice)
    assert HIDDEN in other.get(page).content.decode()
    client.post(SWITCH, {"bots": "show", "next": page})
    assert HIDDEN not in other.get(page).content.decode()


def test_the_switch_is_remembered_for_visitors_by_their_browser(
    client: Client, busy: Debate
) -> None:
    page = f"/d/{busy.slug}/"
    before = client.get(page)
    assert not before.cookies  # nothing is set before somebody asks for it
    assert f'href="{SWITCH}?next={page}"' in before.content.decode().replace("%2F", "/")
    assert "They are shown" in client.get(f"{SWITCH}?next={page}").content.decode()
    answer = client.post(SWITCH, {"bots": "hide", "next": page})
    assert answer.cookies["bots"]["httponly"]
    assert HIDDEN in client.get(page).content.decode()
    assert "They are hidden" in client.get(SWITCH).content.decode()
    client.post(SWITCH, {"bots": "show"})
    assert HIDDEN not in client.get(page).content.decode()
    assert HIDDEN not in Client().get(page).content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_the_switch_leads_nowhere_else(client: Client, back: str, db: None) -> None:
    answer = client.post(SWITCH, {"bots": "hide", "next": back})
    assert answer["Location"] == "/"


def test_everything_a_bot_said_can_be_folded_and_unfolded(busy: Debate, bot: User) -> None:
    client = Client()
    folded = 0
    for view in ("", "exchange/", "open/", "history/"):
        page = client.get(f"/d/{busy.slug}/{view}").content.decode()
        by_bot = re.findall(r"<(?:article|li)[^>]*\bdata-by-bot\b.*?</(?:article|li)>", page, re.S)
        for part in by_bot:
            anchor = re.search(r'id="([^"]+)"', part)
            assert anchor
            assert f'href="#{anchor[1]}">Show it' in part
        folded += len(by_bot)
        rest = page
        for part in by_bot:
            rest = rest.replace(part, "")
        rest = re.sub(r"<[^>]*data-bot-words.*?</\w+>", "", rest, flags=re.S)
        assert CANARY not in rest, view
    assert folded > 10


def test_hiding_costs_no_query_and_keeps_the_counts(
    client: Client, busy: Debate, alice: User
) -> None:
    client.force_login(alice)
    for view in ("", "exchange/", "open/", "history/"):
        page = f"/d/{busy.slug}/{view}"
        client.get(page)
        with CaptureQueriesContext(connection) as shown:
            before = client.get(page).content.decode()
        accounts.hide_bots(alice, hide=True)
        with CaptureQueriesContext(connection) as hidden:
            after = client.get(page).content.decode()
        accounts.hide_bots(alice, hide=False)
        assert len(hidden) == len(shown)
        assert before.count("<article") == after.count("<article")


def test_programs_can_leave_bots_out(busy: Debate, client: Client) -> None:
    page = f"/api/v1/debates/{busy.slug}/statements/"
    everything = client.get(page).json()["results"]
    people = client.get(f"{page}?bots=hide").json()["results"]
    kinds = {one["author"]["kind"] for one in people}
    assert kinds == {"person"}
    assert 0 < len(people) < len(everything)
    assert client.get(f"{page}?bots=show").status_code == 400


def test_the_page_says_how_many_bots_one_has_and_may_have(
    client: Client, bob: User, bot: User
) -> None:
    client.force_login(bob)
    assert "You have 1 of at most 10 bots." in client.get("/accounts/access/").content.decode()


def test_a_bot_is_suspended_with_its_owner_in_the_api_and_on_its_page(
    client: Client, claim: Statement, bob: User, bot: User
) -> None:
    _, key = accounts.create_token(bot, by=bob, name="t", scopes=["read", "write"])
    program = Client(headers={"Authorization": f"Bearer {key}"})
    assert program.get("/api/v1/me/").status_code == 200
    assert "account not in use" not in client.get("/u/cb-77/").content.decode()
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert program.get("/api/v1/me/").status_code == 401
    reply = {"kind": "remark", "body": "Still here.", "generated_by": "program"}
    at = f"/api/v1/statements/{claim.pk}/replies/"
    assert program.post(at, reply, content_type="application/json").status_code == 401
    assert "account not in use" in client.get("/u/cb-77/").content.decode()
    assert client.get("/api/v1/people/cb-77/").json()["in_use"] is False
