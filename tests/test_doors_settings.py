"""The stories of looking after a debate, through each door, as test_doors.py tells the others."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.models import Debate, Statement
from tests import factories
from tests.test_doors import OK, Api, Htmx, Page

REFUSED = (403, 409, 422)


class PageSettings(Page):
    """A browser without JavaScript."""

    def change(self, debate: Debate, question: str, terms: list[tuple[str, str]]) -> Any:
        fields = {"question": question, "visibility": debate.visibility, "bots": debate.bots}
        for number, (term, meaning) in enumerate(terms, 1):
            fields |= {f"term_{number}": term, f"meaning_{number}": meaning}
        return self.send(f"/d/{debate.slug}/settings/", fields)

    def set_state(self, debate: Debate, state: str, outcome: str = "") -> Any:
        fields = {"state": state, "outcome": outcome}
        return self.send(f"/d/{debate.slug}/state/", fields)

    def rename(self, statement: Statement, name: str) -> Any:
        return self.send(f"/s/{statement.pk}/name/", {"name": name})


class HtmxSettings(PageSettings, Htmx):
    """A browser with JavaScript."""


class ApiSettings(Api):
    """A program with the person's token."""

    def change(self, debate: Debate, question: str, terms: list[tuple[str, str]]) -> Any:
        said = [{"term": term, "meaning": meaning} for term, meaning in terms]
        fields = {"question": question, "terms": said}
        return self.send("PATCH", f"/debates/{debate.slug}/", fields)

    def set_state(self, debate: Debate, state: str, outcome: str = "") -> Any:
        fields = {"state": state, "outcome": outcome}
        return self.send("PUT", f"/debates/{debate.slug}/state/", fields)

    def rename(self, statement: Statement, name: str) -> Any:
        return self.send("PUT", f"/statements/{statement.pk}/name/", {"name": name})


DOORS = [PageSettings, HtmxSettings, ApiSettings]
Door = type[PageSettings] | type[ApiSettings]
pytestmark = pytest.mark.parametrize("door", DOORS)


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    return debate


def test_a_debate_is_changed_by_who_looks_after_it(
    door: Door, own: Debate, alice: User, bob: User
) -> None:
    assert door(bob).change(own, "His?", []).status_code == 403
    assert door(alice).change(own, "Hers?", [("Date", "A day.")]).status_code in OK
    stored = Debate.objects.get(pk=own.pk)
    assert (stored.question, stored.terms) == ("Hers?", [["Date", "A day."]])
    for question, terms in (("", []), ("Hers?", [("Date", "")])):
        assert door(alice).change(own, question, terms).status_code == 422
    assert own.events.filter(kind="debate.changed").count() == 1


def test_a_debate_is_closed_archived_and_reopened(
    door: Door, own: Debate, alice: User, bob: User
) -> None:
    at = door(alice)
    assert door(bob).set_state(own, "closed").status_code == 403
    assert at.set_state(own, "closed").status_code in OK
    assert at.set_state(own, "closed").status_code in REFUSED
    assert at.change(own, "Else?", []).status_code == 403
    assert at.set_state(own, "archived", "It is *so*.").status_code in OK
    assert Debate.objects.get(pk=own.pk).outcome == "It is *so*."
    assert at.set_state(own, "open").status_code in OK
    assert at.change(own, "Else?", []).status_code in OK


def test_a_position_is_renamed(door: Door, own: Debate, his: Statement, bob: User) -> None:
    assert door(bob).rename(his, "Keep five weeks").status_code in OK
    assert door(bob).rename(his, "Keep five weeks").status_code == 422
    his.refresh_from_db()
    assert his.name == "Keep five weeks"


def test_what_a_private_debate_holds_is_nobody_elses_to_look_after(
    door: Door, own: Debate, his: Statement, mara: User
) -> None:
    Debate.objects.update(visibility="private")
    at = door(mara)
    answers = [at.change(own, "Hers?", []), at.set_state(own, "closed"), at.rename(his, "So")]
    assert {answer.status_code for answer in answers} == {404}
