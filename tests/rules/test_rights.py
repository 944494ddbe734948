"""Who may do what, as a table: deeds down, people across, in debates of every state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from debate import rules
from debate.models import Debate, Statement
from tests import factories

DEEDS: dict[str, Callable[[Statement, User], rules.Answer]] = {
    "take part": lambda s, user: rules.may_take_part(s.debate, user),
    "write": lambda s, user: rules.may_write(s.debate, user),
    "reply": rules.may_reply,
    "mark": rules.may_mark,
    "edit": rules.may_edit,
    "withdraw": rules.may_withdraw,
    "report": rules.may_report,
}
MEMBERS = {"take part", "write", "reply", "mark", "report"}
AUTHORS = {"take part", "write", "reply", "mark", "edit", "withdraw"}
BOTS = {"take part", "write", "reply"}
NOBODY: set[str] = set()


@pytest.fixture
def people(claim: Statement, mara: User, charlie: User, rob: User) -> dict[str, User]:
    """The identities: Alice wrote the claim and is the facilitator of its debate."""
    factories.ParticipationFactory.create(
        debate=claim.debate, person=claim.author, role="facilitator"
    )
    return {
        "member": charlie,
        "author": claim.author,
        "moderator": mara,
        "bot": rob,
        "suspended": factories.UserFactory.create(is_active=False),
    }


def _table(claim: Statement, people: dict[str, User]) -> dict[str, set[str]]:
    fresh = Statement.objects.select_related("debate").get(pk=claim.pk)
    return {
        who: {deed for deed, may in DEEDS.items() if may(fresh, user)}
        for who, user in people.items()
    }


def _set(claim: Statement, **fields: str) -> None:
    Debate.objects.filter(pk=claim.debate_id).update(**fields)


def test_in_an_open_debate(claim: Statement, people: dict[str, User]) -> None:
    assert _table(claim, people) == {
        "member": MEMBERS,
        "author": AUTHORS,
        "moderator": MEMBERS,
        "bot": BOTS,
        "suspended": NOBODY,
    }


def test_a_closed_debate_takes_no_statements_and_edits_but_all_else(
    claim: Statement, people: dict[str, User]
) -> None:
    _set(claim, state="closed")
    shut = {"write", "reply", "edit"}
    assert _table(claim, people) == {
        "member": MEMBERS - shut,
        "author": AUTHORS - shut,
        "moderator": MEMBERS - shut,
        "bot": BOTS - shut,
        "suspended": NOBODY,
    }


def test_an_archived_debate_can_only_be_read(claim: Statement, people: dict[str, User]) -> None:
    _set(claim, state="archived")
    for who, deeds in _table(claim, people).items():
        assert deeds <= {"take part"}, who


@pytest.mark.parametrize("bots", ["propose", "none"])
def test_bots_write_only_where_the_debate_lets_them(
    bots: str, claim: Statement, people: dict[str, User]
) -> None:
    _set(claim, bots=bots)
    table = _table(claim, people)
    assert table["bot"] == {"take part"}
    assert table["member"] == MEMBERS


def test_a_private_debate_is_for_its_people_only(
    claim: Statement, people: dict[str, User]
) -> None:
    _set(claim, visibility="private")
    table = _table(claim, people)
    assert table.pop("author") == AUTHORS
    assert set(map(frozenset, table.values())) == {frozenset()}
    factories.ParticipationFactory.create(debate=claim.debate, person=people["member"])
    assert _table(claim, people)["member"] == MEMBERS


@pytest.mark.parametrize("gone", ["hidden_at", "withdrawn_at"])
def test_what_is_gone_is_neither_answered_nor_marked_edited_or_reported(
    gone: str, claim: Statement, people: dict[str, User]
) -> None:
    Statement.objects.filter(pk=claim.pk).update(**{gone: timezone.now()})
    allowed = {"take part", "write"}
    table = _table(claim, people)
    assert table["member"] == table["bot"] == table["moderator"] == allowed
    assert table["author"] == allowed | ({"withdraw"} if gone == "hidden_at" else set())


@pytest.mark.parametrize("gone", ["hidden_at", "withdrawn_at"])
def test_the_words_of_what_is_gone_are_for_its_author_and_moderators(
    gone: str, claim: Statement, people: dict[str, User]
) -> None:
    everybody: dict[str, rules.Viewer] = {**people, "visitor": AnonymousUser()}
    assert all(rules.may_read_text(claim, viewer) for viewer in everybody.values())
    setattr(claim, gone, timezone.now())
    readers = {who for who, viewer in everybody.items() if rules.may_read_text(claim, viewer)}
    assert readers == {"author", "moderator"}


def test_only_staff_in_use_moderates(people: dict[str, User]) -> None:
    former = factories.UserFactory.create(is_staff=True, is_active=False)
    everybody: dict[str, rules.Viewer] = {
        **people,
        "visitor": AnonymousUser(),
        "former moderator": former,
    }
    assert {who for who, viewer in everybody.items() if rules.may_moderate(viewer)} == {
        "moderator"
    }


def test_whoever_is_not_suspended_may_start_a_debate(people: dict[str, User]) -> None:
    assert {who for who, user in people.items() if not rules.may_start_debate(user)} == {
        "suspended"
    }


def test_a_crux_is_dropped_by_who_put_it_forward_and_by_facilitators(
    claim: Statement, people: dict[str, User], bob: User
) -> None:
    crux = factories.CruxFactory.create(debate=claim.debate, author=bob)
    everybody = {**people, "facilitator": claim.author, "put it forward": bob}
    everybody.pop("author")

    def able() -> set[str]:
        fresh = Statement.objects.select_related("debate").get(pk=crux.pk)
        return {who for who, user in everybody.items() if rules.may_drop(fresh, user)}

    assert able() == {"facilitator", "put it forward"}
    _set(claim, state="closed")
    assert able() == {"facilitator", "put it forward"}
    _set(claim, visibility="private")
    assert able() == {"facilitator"}, "the other is none of its people"
    _set(claim, state="archived", visibility="public")
    assert able() == set()
    _set(claim, state="open")
    Statement.objects.filter(pk=crux.pk).update(hidden_at=timezone.now())
    assert able() == set()
    assert not rules.may_drop(claim, claim.author), "it is no crux"


LOOKING_AFTER: dict[str, Callable[[Statement, User], rules.Answer]] = {
    "set": lambda s, user: rules.may_change(s.debate, user),
    "reword": lambda s, user: rules.may_reword(s.debate, user),
    "set state": lambda s, user: rules.may_look_after(s.debate, user),
    "rename": rules.may_rename,
}


@pytest.mark.parametrize(
    ("state", "lost", "authors"),
    [
        ("open", set(), {"rename"}),
        ("closed", {"reword", "rename"}, set()),
        ("archived", {"set", "reword", "rename"}, set()),
    ],
)
def test_a_debate_is_looked_after_by_facilitators_and_moderators_as_its_state_allows(
    claim: Statement,
    his: Statement,
    bob: User,
    people: dict[str, User],
    state: str,
    lost: set[str],
    authors: set[str],
) -> None:
    _set(claim, state=state)
    fresh = Statement.objects.select_related("debate").get(pk=his.pk)
    able = {
        who: {deed for deed, may in LOOKING_AFTER.items() if may(fresh, user)}
        for who, user in {**people, "wrote it": bob}.items()
    }
    whole = set(LOOKING_AFTER) - lost
    assert able.pop("author") == able.pop("moderator") == whole  # Alice facilitates
    assert able.pop("wrote it") == authors
    assert set(map(frozenset, able.values())) == {frozenset()}


def test_topics_come_from_people_who_are_not_new(people: dict[str, User]) -> None:
    people["member"].standing = "new"
    able = {who for who, user in people.items() if rules.may_make_topics(user)}
    assert able == {"author", "moderator", "suspended"}


def test_every_no_has_a_reason_that_reaches_whoever_asked(
    claim: Statement, people: dict[str, User]
) -> None:
    noes = 0
    for may in DEEDS.values():
        answer = may(claim, people["suspended"])
        with pytest.raises(PermissionDenied, match=r"^\w.+\.$"):
            rules.require(answer)
        noes += 1
    assert noes == len(DEEDS)
    rules.require(rules.YES)


def test_private_debates_exist_only_for_their_people(
    debate: Debate, alice: User, bob: User, mara: User
) -> None:
    factories.ParticipationFactory.create(debate=debate, person=alice)
    seen: dict[str, list[str]] = {}
    for visibility in ("public", "unlisted", "private"):
        Debate.objects.update(visibility=visibility)
        for viewer in (AnonymousUser(), alice, bob, mara):
            found = seen.setdefault(viewer.get_username() or "visitor", [])
            found += ["seen"] * Debate.objects.visible_to(viewer).count()
            found += ["listed"] * Debate.objects.listed_for(viewer).count()
    stranger = ["seen", "listed", "seen"]
    assert seen == {
        "visitor": stranger,
        "bob": stranger,
        "mara": stranger,
        "alice": ["seen", "listed"] * 3,
    }
