from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from debate.actions import structure
from debate.models import Debate, Statement
from tests import factories
from tests.api.conftest import Client, Enter, fits

REPLY = {"kind": "objection", "on": "truth", "body": "They do not.", "generated_by": "model"}
EXACT = "bring a book back unasked"


def _replies(statement: Statement) -> str:
    return f"statements/{statement.pk}/replies/"


def test_a_bot_reads_answers_with_a_quotation_edits_and_withdraws(
    claim: Statement, rob: User, enter: Enter
) -> None:
    bot = enter(rob)
    read = bot.read(f"statements/{claim.pk}/")
    assert EXACT in read["body"]
    made = bot.send("POST", _replies(claim), {**REPLY, "quote": EXACT})
    assert made.status_code == 201
    said = made.json()
    fits("StatementOut", said)
    assert made["Location"] == said["links"]["self"]
    assert said["author"] == {"username": "rob", "name": "Rob", "kind": "bot", "owner": "bob"}
    assert (said["parent"], said["status"], said["generated_by"]) == (claim.pk, "open", "model")
    assert said["quotation"] == {
        "exact": EXACT,
        "prefix": "Most readers ",
        "suffix": " within two months.",
        "start": 13,
        "end": 38,
        "revision": 1,
        "found": True,
    }
    own = f"statements/{said['id']}/"
    words = {"body": "They rarely do.", "revision": 1, "reason": "Too strong."}
    edited = bot.send("PATCH", own, {**words, "generated_by": "assisted"})
    assert (edited.status_code, edited.json()["revision"]) == (200, 2)
    wordings = bot.read(f"{own}revisions/")
    fits("WordingPage", wordings)
    assert [(w["number"], w["body"], w["generated_by"]) for w in wordings["results"]] == [
        (2, "They rarely do.", "assisted"),
        (1, "They do not.", "model"),
    ]
    gone = bot.send("DELETE", f"{own}?generated_by=program")
    assert (gone.status_code, gone.json()["withdrawn"]) == (200, True)
    tombstone = enter().read(own)
    fits("StatementOut", tombstone)
    assert tombstone["author"] is None
    assert tombstone["body"] is None


def test_what_is_locked_says_so_and_so_does_what_stands_under_it(
    claim: Statement, bob: User, mara: User, enter: Enter
) -> None:
    under = factories.RemarkFactory.create(parent=claim, author=bob)
    listed = f"debates/{claim.debate.slug}/statements/"
    assert not any(one["locked"] for one in enter().read(listed)["results"])
    structure.lock(claim.debate, statement=claim, by=mara, reason="Cool down.")
    told = enter().read(listed)["results"]
    assert {one["id"] for one in told if one["locked"]} == {claim.pk, under.pk}
    assert len(told) == 4
    assert enter().read(f"statements/{under.pk}/")["locked"] is True


def test_a_withdrawal_may_say_in_its_body_how_it_came_about(
    claim: Statement, rob: User, enter: Enter
) -> None:
    bot = enter(rob)
    own = f"statements/{bot.send('POST', _replies(claim), REPLY).json()['id']}/"
    refused = bot.send("DELETE", own)
    assert refused.status_code == 422
    assert bot.send("DELETE", own, {"generated_by": "program"}).status_code == 200


@pytest.mark.parametrize("change", [{"generated_by": ""}, {"generated_by": "magic"}, {}])
def test_a_bot_that_does_not_say_how_is_told_the_allowed_values(
    change: dict[str, str], claim: Statement, rob: User, enter: Enter
) -> None:
    body = {**{k: v for k, v in REPLY.items() if k != "generated_by"}, **change}
    answer = enter(rob).send("POST", _replies(claim), body)
    assert answer.status_code == 422
    [entry] = answer.json()["errors"]["generated_by"]
    assert entry["allowed"] == ["person", "assisted", "model", "program"]


REFUSED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "not there": ({"quote": "bring a book forward"}, 422, "quote", "not-there"),
    "no words": ({"quote": ""}, 422, "quote", "invalid"),
    "no kind of reply": ({"kind": "position"}, 422, "kind", "invalid"),
    "no body": ({"body": ""}, 422, "body", "invalid"),
    "no on": ({"on": None}, 422, "on", "invalid"),
    "too long": ({"body": "x" * 10_001}, 422, "body", "max_length"),
    "NUL": ({"body": "a\0b"}, 422, "body", "null_characters_not_allowed"),
    "a number": ({"body": 1}, 400, "body", "invalid"),
    "null": ({"body": None}, 400, "body", "null"),
    "unknown": ({"colour": "red"}, 400, "colour", "unknown"),
    "unknown in a part": ({"quote": {"exact": "a", "x": 1}}, 400, "quote.x", "unknown"),
    "a list": ({"quote": ["a"]}, 400, "quote", "invalid"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_reply_is_refused_field_by_field(
    why: str, claim: Statement, alice: User, enter: Enter
) -> None:
    change, status, field, code = REFUSED[why]
    answer = enter(alice).send("POST", _replies(claim), {**REPLY, **change})
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
    assert answer.json()["errors"][field][0]["code"] == code
    assert claim.replies.count() == 0


def test_a_refused_quotation_comes_with_what_is_like_it_even_with_percent_signs(
    debate: Debate, alice: User, bob: User, enter: Enter
) -> None:
    body = "Of all books 50% of them come back. Of all books 50% of them do not."
    parent = factories.SupportFactory.create(
        parent=debate.statements.first(), author=alice, body=body
    )
    client = enter(bob)
    twice = client.send("POST", _replies(parent), {**REPLY, "quote": "50% of them"})
    [entry] = twice.json()["errors"]["quote"]
    assert (entry["code"], entry["count"], len(entry["contexts"])) == ("ambiguous", 2, 2)
    wrong = client.send("POST", _replies(parent), {**REPLY, "quote": "50% of these come back"})
    [entry] = wrong.json()["errors"]["quote"]
    assert (entry["code"], wrong.status_code) == ("not-there", 422)
    assert any("50% of them" in words for words in entry["nearest"])
    meant = {"exact": "50% of them", "suffix": " do not"}
    made = client.send("POST", _replies(parent), {**REPLY, "quote": meant})
    assert made.json()["quotation"]["start"] == body.rindex("50%")


def test_a_passage_says_where_it_is_after_an_edit_or_that_it_is_gone(
    debate: Debate, alice: User, bob: User, enter: Enter
) -> None:
    body = "Most readers bring a book back unasked, and nobody has to write to them."
    claim = factories.SupportFactory.create(
        parent=debate.statements.first(), author=alice, body=body
    )
    reply = enter(bob).send("POST", _replies(claim), {**REPLY, "quote": EXACT}).json()
    own, listed = f"statements/{claim.pk}/", f"debates/{claim.debate.slug}/statements/"
    for body, start, found in (
        (f"In truth: {claim.body}", 23, True),
        ("Most readers keep it.", 13, False),
    ):
        revision = enter().read(own)["revision"]
        assert enter(alice).send("PATCH", own, {"body": body, "revision": revision}).json()["id"]
        [in_list] = enter().read(f"{listed}?parent={claim.pk}")["results"]
        assert in_list == enter().read(f"statements/{reply['id']}/")
        assert (in_list["quotation"]["start"], in_list["quotation"]["found"]) == (start, found)


def test_an_edit_of_an_older_wording_is_a_conflict(
    claim: Statement, alice: User, bob: User, enter: Enter
) -> None:
    client, own = enter(alice), f"statements/{claim.pk}/"
    assert client.send("PATCH", own, {"body": "One.", "revision": 1}).status_code == 200
    assert client.send("PATCH", own, {"body": "Two.", "revision": 1}).status_code == 409
    assert client.send("PATCH", own, {"body": "Two."}).status_code == 400
    assert enter(bob).send("PATCH", own, {"body": "Two.", "revision": 2}).status_code == 403


def _ids(client: Client, path: str) -> list[int]:
    return [row["id"] for row in client.read(path)["results"]]


def test_statements_are_filtered_and_a_filter_that_is_not_known_is_refused(
    claim: Statement, bob: User, enter: Enter
) -> None:
    objection = factories.ObjectionFactory.create(parent=claim, author=bob)
    client, path = enter(), f"debates/{claim.debate.slug}/statements/"
    whole = client.read(path)
    fits("StatementPage", whole)
    roots = list(claim.debate.statements.filter(parent=None).order_by("id"))
    order = [roots[0].pk, claim.pk, objection.pk, roots[1].pk]
    assert [row["id"] for row in whole["results"]] == order
    assert _ids(client, f"{path}?order=newest") == sorted(order, reverse=True)
    for query in ("kind=objection", "on=truth", "status=open", f"parent={claim.pk}"):
        assert _ids(client, f"{path}?{query}") == [objection.pk], query
    assert _ids(client, f"{path}?author=bob") == [objection.pk, roots[1].pk]
    assert _ids(client, f"{path}?status=none") == [roots[0].pk, roots[1].pk]
    for nothing in (2**62, 10**30):
        assert _ids(client, f"{path}?limit=1000&parent={nothing}") == []
    for query in (
        "colour=red",
        "kind=joke",
        "on=x",
        "status=x",
        "parent=a",
        "author=%00",
        "limit=1001",
        "limit=0",
        "order=x",
        "cursor=x",
        "kind=crux&kind=answer",
    ):
        assert client.send("GET", f"{path}?{query}").status_code == 400, query
    assert client.send("GET", f"{path}?cursor=after-999999999").status_code == 422


@pytest.mark.parametrize("order", ["thread", "newest"])
def test_pages_neither_repeat_nor_miss_what_was_there_when_more_comes_in(
    order: str, claim: Statement, bob: User, enter: Enter
) -> None:
    for _ in range(5):
        factories.ObjectionFactory.create(parent=claim, author=bob)
    client = enter()
    start = f"debates/{claim.debate.slug}/statements/?order={order}&limit=3"
    before = _ids(client, start.replace("limit=3", "limit=100"))
    page, seen = client.read(start), []
    assert page["previous"] is None
    while True:
        seen += [row["id"] for row in page["results"]]
        factories.SupportFactory.create(parent=claim, author=bob)
        if page["next"] is None or len(seen) > 30:
            break
        page = client.read(page["next"].split("/api/v1/")[1])
    assert len(seen) == len(set(seen))
    assert [pk for pk in seen if pk in before] == before
    back: list[int] = []
    while page["previous"]:
        page = client.read(page["previous"].split("/api/v1/")[1])
        back = [row["id"] for row in page["results"]] + back
    known = [pk for pk in back if pk in seen]
    assert known == seen[: len(known)]
    assert len(known) > 3


def test_lists_take_as_many_queries_for_many_rows_as_for_few(
    claim: Statement, enter: Enter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, slug = enter(), claim.debate.slug
    lists = {
        "debates/": 1,
        f"debates/{slug}/": 4,
        f"debates/{slug}/statements/?limit=1000": 4,
        f"debates/{slug}/turns/": 3,
        f"debates/{slug}/cruxes/": 8,
        f"statements/{claim.pk}/": 2,
        f"statements/{claim.pk}/revisions/": 4,
    }
    _add_one_of_each(claim)
    for _ in range(2):
        for path, queries in lists.items():
            with django_assert_num_queries(queries):
                client.read(path)
        for _ in range(6):
            _add_one_of_each(claim)


def _add_one_of_each(claim: Statement) -> None:
    reply = factories.ObjectionFactory.create(parent=claim, author=factories.BotFactory.create())
    reply.quotation = factories.QuotationFactory.create(statement=claim)
    reply.save()
    crux = factories.CruxFactory.create(debate=claim.debate, author=claim.author)
    factories.RelianceFactory.create(position=claim.debate.statements.first(), claim=crux)


def test_wordings_come_in_pages(claim: Statement, alice: User, enter: Enter) -> None:
    client, own = enter(alice), f"statements/{claim.pk}/"
    for n in range(1, 5):
        client.send("PATCH", own, {"body": f"Wording {n}.", "revision": n})
    page, numbers = client.read(f"{own}revisions/?limit=2"), []
    while True:
        numbers.append([row["number"] for row in page["results"]])
        if page["next"] is None:
            break
        page = client.read(page["next"].split("/api/v1/")[1])
    assert numbers == [[5, 4], [3, 2], [1]]
    page = client.read(page["previous"].split("/api/v1/")[1])
    assert [row["number"] for row in page["results"]] == [3, 2]
