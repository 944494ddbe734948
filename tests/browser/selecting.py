"""Selecting words as a person does, and walking with the Tab key."""

from __future__ import annotations

from playwright.sync_api import Page

from debate.models import Statement

FIND = """([id, words]) => {
    const body = document.querySelector(`#${id} > .statement-body`);
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    let node = walker.nextNode();
    while (node && !node.data.includes(words)) node = walker.nextNode();
    const range = document.createRange();
    range.setStart(node, node.data.indexOf(words));
    range.setEnd(node, node.data.indexOf(words) + words.length);
    body.scrollIntoView({ block: "center" });
    WHAT
}"""
PLACES = FIND.replace(
    "WHAT",
    """const lines = [...range.getClientRects()];
    const [first, last] = [lines[0], lines.at(-1)];
    return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];""",
)
SELECT = FIND.replace("WHAT", "getSelection().removeAllRanges(); getSelection().addRange(range);")


def drag_over(page: Page, statement: Statement, words: str) -> None:
    """Select words of a statement by pulling the mouse over them."""
    left, top, right, bottom = page.evaluate(PLACES, [f"statement-{statement.pk}", words])
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right, bottom, steps=6)
    page.mouse.up()


def press_long(page: Page, statement: Statement, words: str) -> None:
    """Select words as the handles of a phone do: no event but the change of the selection."""
    page.evaluate(SELECT, [f"statement-{statement.pk}", words])


def tab_to(page: Page, selector: str, key: str = "Tab", most: int = 40) -> None:
    """Press Tab until what has focus matches; fails after so many presses."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{most} times {key} do not lead to {selector}")
