"""In which language a page answers, and that nobody is shown another's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from debate.actions import marks, statements
from debate.api import schema
from debate.models import Debate, Statement
from debate.models.events import OF_PROPOSALS, EventKind
from debate.models.rewordings import Reworded
from debate.selectors import phrases
from debate.web.events import WORDS

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-CH, en;q=0.5"}
CHOOSE = "/accounts/language/"


@pytest.fixture
def claim(debate: Debate, alice: User) -> Statement:
    position = debate.statements.get(author=alice)
    return statements.reply(position, by=alice, kind="support", body="Readers bring books back.")


@pytest.mark.django_db
def test_a_visitor_reads_in_the_language_of_the_browser(client: Client) -> None:
    answer = client.get("/", **GERMAN)  # type: ignore[arg-type]  # a header
    assert '<html lang="de">' in answer.content.decode()
    assert "Sieh, woran ein Streit hängt" in answer.content.decode()
    assert answer["Content-Language"] == "de"
    assert {"Accept-Language", "Cookie"} <= {one.strip() for one in answer["Vary"].split(",")}
    other = client.get("/", HTTP_ACCEPT_LANGUAGE="fr")
    assert other["Content-Language"] == "en"
    assert '<html lang="en">' in other.content.decode()


@pytest.mark.django_db
def test_a_visitor_chooses_another_and_a_cookie_remembers_it(client: Client) -> None:
    page = client.get(f"{CHOOSE}?next=/moderation/").content.decode()
    assert 'value="de" lang="de">Deutsch</button>' in page
    answer = client.post(CHOOSE, {"language": "de", "next": "/moderation/"})
    assert (answer.status_code, answer["Location"]) == (302, "/moderation/")
    assert "Moderationsprotokoll" in client.get("/moderation/").content.decode()
    client.post(CHOOSE, {"language": "en", "next": "/"})
    assert client.get("/", **GERMAN)["Content-Language"] == "en"  # type: ignore[arg-type]  # a header


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [{"language": "xx"}, {"language": ""}, {}])
def test_what_is_no_language_changes_nothing(client: Client, sent: dict[str, str]) -> None:
    answer = client.post(CHOOSE, {**sent, "next": "https://elsewhere.example/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/")["Content-Language"] == "en"


def test_a_member_reads_in_the_language_of_the_account(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(language="de")
    client.force_login(alice)
    client.post(CHOOSE, {"language": "en", "next": "/"})
    assert client.get("/")["Content-Language"] == "de"
    User.objects.filter(pk=alice.pk).update(language="no-such")
    assert client.get("/")["Content-Language"] == "en"


def test_a_language_costs_no_query(client: Client, claim: Statement, alice: User) -> None:
    counts = []
    for language in ("en", "de"):
        User.objects.filter(pk=alice.pk).update(language=language)
        client.force_login(alice)
        address = f"/d/{claim.debate.slug}/history/"
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address)["Content-Language"] == language
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_who_looks_whether_the_site_is_alive_asks_for_no_account(
    client: Client, alice: User
) -> None:
    client.force_login(alice)
    with CaptureQueriesContext(connection) as queries:
        client.get("/healthz")
    assert len(queries) == 0


def test_kept_pages_are_kept_for_each_language(client: Client, claim: Statement) -> None:
    address = f"/d/{claim.debate.slug}/"
    english = client.get(address).content.decode()
    german = client.get(address, **GERMAN).content.decode()  # type: ignore[arg-type]  # a header
    again = client.get(address).content.decode()
    assert "Open points" in english and "Offene Punkte" not in english
    assert "Offene Punkte" in german and "Open points" not in german
    assert "Open points" in again and "Offene Punkte" not in again


def test_a_member_sees_own_rows_in_the_same_language(
    client: Client, claim: Statement, bob: User
) -> None:
    marks.mark(claim, by=bob, truth="agree")
    User.objects.filter(pk=bob.pk).update(language="de")
    client.get(f"/d/{claim.debate.slug}/")  # kept in English
    client.force_login(bob)
    page = client.get(f"/d/{claim.debate.slug}/").content.decode()
    assert f"Ist {claim.label} wahr?" in page
    assert "Stimme nicht zu" in page
    assert "Disagree" not in page


def test_words_of_people_stay_as_they_are(client: Client, claim: Statement) -> None:
    page = client.get(f"/s/{claim.pk}/", **GERMAN).content.decode()  # type: ignore[arg-type]  # a header
    assert "Readers bring books back." in page
    assert page.count('lang="') == page.count('lang="en">English') + 1


# ---- programs
def test_programs_are_answered_in_the_language_they_ask_for(
    client: Client, claim: Statement, alice: User
) -> None:
    User.objects.filter(pk=alice.pk).update(language="de")
    client.force_login(alice)
    plain = client.get("/api/v1/statements/0/").json()
    assert plain["title"] == "There is nothing here"
    asked = client.get("/api/v1/statements/0/", **GERMAN)  # type: ignore[arg-type]  # a header
    assert asked.json()["title"] == "Hier ist nichts"
    assert asked.json()["type"] == plain["type"]
    assert asked["Content-Language"] == "de"


def test_what_is_stored_and_given_to_programs_does_not_depend_on_the_language(
    client: Client, debate: Debate, alice: User, bob: User
) -> None:
    with translation.override("de"):
        position = debate.statements.get(author=alice)
        made = statements.reply(position, by=bob, kind="objection", on="truth", body="Not so.")
        marks.mark(made, by=alice, truth="disagree", bears="no")
    made.refresh_from_db()
    assert (made.kind, made.on, made.status) == ("objection", "truth", "open")
    english = client.get(f"/api/v1/statements/{made.pk}/").json()
    german = client.get(f"/api/v1/statements/{made.pk}/", **GERMAN).json()  # type: ignore[arg-type]  # a header
    assert english == german


# ---- refusals, dates, the history
def test_a_refused_form_says_why_in_german(client: Client, claim: Statement, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(language="de")
    client.force_login(bob)
    answer = client.post(f"/s/{claim.pk}/reply/", {"kind": "", "body": "", "then": "publish"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Wähle, was deine Antwort tut: einwenden, stützen, fragen …" in page
    assert "Schreib, was du zu sagen hast." in page


def test_the_history_is_told_in_german(client: Client, claim: Statement, bob: User) -> None:
    marks.mark(claim, by=bob, truth="agree", bears="no")
    page = client.get(f"/d/{claim.debate.slug}/history/", **GERMAN).content.decode()  # type: ignore[arg-type]  # a header
    assert f'markierte <a href="/s/{claim.pk}/">{claim.label}</a>: stimmt zu, trägt nicht' in page
    assert "veröffentlichte" in page
    assert "eine Stütze zu" in page


def test_every_kind_of_event_has_its_phrases() -> None:
    others = {EventKind.MARK_SET, EventKind.DEBATE_CHANGED, *OF_PROPOSALS}
    assert {*phrases.PLAIN, *phrases.OF_ONESELF, *phrases.OF_ANOTHER, *others} == set(EventKind)
    assert set(phrases.FIELDS) == set(Reworded.values) - {"name"} | {
        "visibility",
        "bots",
        "slow_minutes",
    }
    assert set(phrases.RELIANCES) <= set(EventKind)


def test_every_kind_of_event_can_be_asked_for_by_its_name() -> None:
    assert set(WORDS) == set(EventKind)


def test_the_schema_is_in_english_whoever_asks_first(client: Client) -> None:
    schema.document.cache_clear()
    german = client.get("/api/v1/schema/", **GERMAN).content  # type: ignore[arg-type]  # a header
    schema.document.cache_clear()
    assert client.get("/api/v1/schema/").content == german
    assert b"Einwand" not in german
