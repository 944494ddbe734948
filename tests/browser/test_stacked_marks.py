"""Marks stacked on letters are painted over nothing of what stands beside them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from debate.models import Debate, Statement
from debate.text import markdown
from tests import factories
from tests.browser.conftest import Device, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MARKS = "\u0316\u0301\u0334\u0302\u0325\u0308"
ONE, MANY = 1, markdown.MARKS_MAX
OPEN = """() => document.querySelectorAll("*").forEach(one => {
    const is = one instanceof HTMLElement && getComputedStyle(one).overflowY === "clip";
    if (is) one.style.overflow = "visible";
})"""
"""Let everything be painted as far as it goes."""
WRITINGS = (
    "Vietnamese: Ế Ộ ẵ Ữ Nguyễn Phượng Ỷ",
    "Greek: Ἄνδρα ᾒ ᾷ ἧμαρ",
    "Of letters: \u00c5gj \u00c4pq \u0179y \u01d5 \u1e9e f\u0331g\u0331 q\u0303 a\u0323\u0302",
    "Arabic: بِسْمِ الرَّحِيمِ",
)
"""Letters that the fonts of most machines have; those of taller scripts were looked at by hand."""


def stacked(letters: str, marks: int) -> str:
    """Letters with so many marks on each."""
    return "".join(letter + (MARKS * marks)[: marks * (letter != " ")] for letter in letters)


DIFFERENT = """async pictures => {
    const [one, other] = await Promise.all(pictures.map(async picture => {
        const blob = await (await fetch("data:image/png;base64," + picture)).blob();
        const { width, height } = await createImageBitmap(blob);
        const canvas = new OffscreenCanvas(width, height), pen = canvas.getContext("2d");
        pen.drawImage(await createImageBitmap(blob), 0, 0);
        return [width, height, pen.getImageData(0, 0, width, height).data];
    }));
    if (one[0] !== other[0] || one[1] !== other[1]) return true;
    return one[2].some((value, at) => Math.abs(value - other[2][at]) > 40);
}"""
"""Whether two pictures differ by more than the edges of letters do that are drawn twice."""
BOX = """one => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [x + scrollX, y + scrollY, width, height];
}"""


@pytest.fixture
def row() -> list[Statement]:
    """Three remarks, one below the other."""
    position = factories.PositionFactory.create(name="Yes")
    return [factories.RemarkFactory.create(parent=position) for _ in range(3)]


def write(statement: Statement, body: str) -> None:
    """Put the words there, past the doors."""
    html = markdown.render(body)
    Statement.objects.filter(pk=statement.pk).update(body=body, body_html=html)
    cache.clear()


def stack(statement: Statement, marks: int) -> None:
    """Put so many marks on the letters of a statement, of what it answers, and of the debate."""
    write(statement, stacked("abcdefgh abcdefgh abcdefgh", marks))
    position = statement.debate.statements.get(kind="position")
    write(position, stacked("abcdefgh abcdefgh", marks))
    Statement.objects.filter(pk=position.pk).update(name=stacked("a", marks))
    Debate.objects.filter(pk=statement.debate_id).update(question=stacked("abcd efgh", marks))


Compare = Callable[[Any, Any], bool]


@pytest.fixture
def is_same(chromium: Browser) -> Iterator[Compare]:
    """Tell whether two boxes or two pictures are the same."""
    page = chromium.new_page()

    def compare(one: Any, other: Any) -> bool:
        if not isinstance(one, bytes):
            return bool(one == other)
        return not page.evaluate(DIFFERENT, [b64encode(shot).decode() for shot in (one, other)])

    yield compare
    page.close()


def seen(page: Page, row: list[Statement]) -> dict[str, Any]:
    """Where those above and below stand, and their pixels; and what is around the words."""
    found: dict[str, Any] = {}
    for at in (0, 2):
        place = page.locator(f"#statement-{row[at].pk}")
        found |= {f"box {at}": place.evaluate(BOX), f"pixels {at}": place.screenshot()}
    for part in (".statement-head .who-name", ".statement-head .kind", ".answer"):
        place = page.locator(f"#statement-{row[1].pk} {part}").first
        found |= {f"box {part}": place.evaluate(BOX), f"pixels {part}": place.screenshot()}
    for name, part in {"tabs": ".tabs", "facts": ".debate-head .facts > :first-child"}.items():
        found[name] = page.locator(part).first.screenshot()
    return found


def test_what_stands_beside_them_is_as_it_was(
    device: Device, visit: Visit, row: list[Statement], is_same: Compare
) -> None:
    address = f"/d/{row[0].debate.slug}/"
    stack(row[1], ONE)
    plain = seen(visit(address, **device.screen), row)
    stack(row[1], MANY)
    page = visit(address, **device.screen)
    odd = seen(page, row)
    assert [part for part in plain if not is_same(plain[part], odd[part])] == []
    page.evaluate(OPEN)
    free = seen(page, row)
    painted = {part for part in plain if not is_same(plain[part], free[part])}
    assert painted >= {"pixels .statement-head .kind", "pixels .statement-head .who-name"}
    assert not any(part.startswith("box") for part in painted)


def test_letters_of_every_script_are_whole(
    device: Device, visit: Visit, row: list[Statement], is_same: Compare
) -> None:
    position = row[1].debate.statements.get(kind="position")
    for writing in WRITINGS:
        write(row[1], f"{writing}\n\n{writing}\n\n> {writing}\n\n- {writing}")
        Statement.objects.filter(pk=position.pk).update(name=writing)
        Debate.objects.filter(pk=position.debate_id).update(question=writing)
        page = visit(f"/d/{position.debate.slug}/", **device.screen)
        # A page is alive: what is cut off is so in each pair of pictures, what moves in one.
        assert any(is_same(*pictures(page)) for _ in range(3)), writing


def pictures(page: Page) -> tuple[bytes, bytes]:
    """The whole page as it is, and with everything painted as far as it goes."""
    page.reload(wait_until="networkidle")
    before = page.screenshot(full_page=True)
    page.evaluate(OPEN)
    return before, page.screenshot(full_page=True)
