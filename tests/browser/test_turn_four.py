"""The fourth turn of the real exchange, rebuilt by hand: seven quoted points in one turn.

Counted is what is done for a point besides typing: selecting the words, saying what is done to
them, and for an objection what is wrong. Scrolling, and moving to the next statement, is reading.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from debate.models import Debate, DraftPoint, Statement, Turn
from tests.browser.conftest import Device, Visit
from tests.browser.selecting import drag_over, press_long

pytestmark = pytest.mark.browser

MOST = 3


class Said(NamedTuple):
    """A point: what it answers, what it does to it, what is wrong there, and what it says."""

    to: str
    act: str
    wrong: str
    body: str


TURN = [
    Said("S15", "Object", "It is not true", "A metaphor, yet one that the data carries in it."),
    Said("S36", "Object", "It is not true", "Being like us is not the same as being on our side."),
    Said("S16", "Concede", "", "A long context does bring state back."),
    Said("S17", "Clarify", "", "I never said that a loop around a function cannot act."),
    Said("S20", "Object", "It is beside the point", "It would be the utility of a world of text."),
    Said("S21", "Answer", "", "There may be planning somewhere inside."),
    Said("S22", "Concede", "", "Agreed."),
]
WRONG = {"It is not true": "1", "It is beside the point": "2"}


@pytest.fixture
def bob_is_second(seed: Debate, bob: User) -> dict[str, Statement]:
    """Let Bob be the second speaker, with his fourth turn still to come."""
    for statement in seed.statements.filter(turn__number=4).order_by("-depth"):
        statement.delete()
    for rows in (Statement, Turn):
        rows.objects.filter(author__name="Second speaker").update(author=bob)
    return {statement.label: statement for statement in seed.statements.all()}


def first_sentence(page: Page, statement: Statement) -> str:
    """The words that the keys select first, and that the hand selects here as well."""
    script = """id => {
        const text = document.querySelector(`#${id} > .statement-body`).textContent;
        return [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(text)][0].segment;
    }"""
    sentence: str = page.evaluate(script, f"statement-{statement.pk}")
    return sentence.strip()


def form_of(page: Page, statement: Statement) -> Locator:
    return page.locator(f"#statement-{statement.pk}-reply form.composer").last


def by_hand(page: Page, device: Device, statement: Statement, point: Said) -> int:
    """Make the point with a mouse or a thumb; returns how many things were done."""
    select = press_long if device.touch else drag_over
    select(page, statement, first_sentence(page, statement)[:24])
    bar = page.locator("#quote-bar")
    expect(bar).to_be_visible()
    device.press(bar.get_by_role("button", name=point.act))
    done = 2
    form = form_of(page, statement)
    if point.wrong:
        device.press(form.get_by_text(point.wrong))
        done += 1
    expect(form.get_by_label("Your point")).to_be_focused()
    return done


def walk_to(page: Page, statement: Statement) -> None:
    """Go to a statement by "j" and "k"."""
    script = """id => {
        const at = document.getElementById(id).compareDocumentPosition(document.activeElement);
        return at & Node.DOCUMENT_POSITION_FOLLOWING ? "k" : at ? "j" : "";
    }"""
    for _ in range(60):
        key = page.evaluate(script, f"statement-{statement.pk}")
        if not key:
            return
        page.keyboard.press(key)
    raise AssertionError(f"j and k do not lead to {statement}")


def by_keys(page: Page, statement: Statement, point: Said) -> int:
    """Make the point with the keyboard; returns how many keys were pressed for it."""
    page.keyboard.press("Escape")
    walk_to(page, statement)
    page.keyboard.press("q")
    button = page.locator("#quote-bar").get_by_role("button", name=point.act)
    expect(button).to_be_visible()
    page.keyboard.press(str(button.get_attribute("aria-keyshortcuts")))
    done = 2
    form = form_of(page, statement)
    if point.wrong:
        expect(form.locator("[name=on]").first).to_be_focused()
        page.keyboard.press(WRONG[point.wrong])
        done += 1
    expect(form.get_by_label("Your point")).to_be_focused()
    return done


def rebuild(
    page: Page, said: dict[str, Statement], make: Callable[[Statement, Said], int]
) -> None:
    for point in TURN:
        assert make(said[point.to], point) <= MOST
        page.keyboard.type(point.body)
    expect(page.locator("#tray")).to_contain_text("7 points")


def assert_published(debate: Debate, bob: User, said: dict[str, Statement]) -> None:
    turn = Turn.objects.filter(debate=debate).latest("number")
    assert turn.author == bob
    found = list(turn.statements.select_related("parent", "quotation").order_by("id"))
    assert [(s.parent, s.body) for s in found] == [(said[p.to], p.body) for p in TURN]
    for statement in found:
        assert statement.quotation is not None
        assert statement.quotation.statement == statement.parent
    assert [s.kind for s in found] == [
        *("objection", "objection", "concession", "clarification"),
        *("objection", "answer", "concession"),
    ]
    assert not DraftPoint.objects.exists()


def test_the_fourth_turn_is_rebuilt_by_hand(
    visit: Visit, seed: Debate, bob: User, bob_is_second: dict[str, Statement], device: Device
) -> None:
    page = visit(f"/d/{seed.slug}/", bob, **device.screen)
    rebuild(page, bob_is_second, lambda to, point: by_hand(page, device, to, point))
    device.press(page.get_by_role("button", name="Publish 7 as one turn"))
    expect(page.get_by_role("status").filter(has_text="Published 7 points")).to_be_visible()
    assert_published(seed, bob, bob_is_second)


def test_the_fourth_turn_is_rebuilt_by_keys_alone(
    visit: Visit, seed: Debate, bob: User, bob_is_second: dict[str, Statement]
) -> None:
    page = visit(f"/d/{seed.slug}/", bob)
    rebuild(page, bob_is_second, lambda to, point: by_keys(page, to, point))
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Published 7 points")).to_be_visible()
    assert_published(seed, bob, bob_is_second)
