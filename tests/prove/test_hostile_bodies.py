"""The 14,211 hostile bodies and the 70 of htmx, shown in Chromium without the protection of a CSP.

The control shows them as a careless page would: many of them then do what they are made for.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, Route

from debate.actions import statements
from debate.models import Statement
from debate.text.markdown import _CLEANER, TAGS, render
from debate.web import replies
from tests.cpu import least
from tests.prove.conftest import Noted
from tests.text.test_hostile_markdown import SECONDS, anew, as_text, faults, payloads, shapes
from tests.text.test_markdown import examples

__all__ = ["examples"]  # a fixture

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
PROJECT = Path(__file__).resolve().parents[2]
SITE = "http://bodies.test"
PLANNED, OF_HTMX = 14_211, 70
AT_ONCE = 250
EVERY = 10
"""The control takes each tenth: frames of their own are slow."""
HEARD = """
for (const name of ["alert", "prompt", "confirm", "print", "open"])
    window[name] = (...said) => { console.log("DONE " + (window.name || "top")); return ""; };
"""
POKE = """() => {
    for (const frame of document.querySelectorAll("iframe"))
        for (const one of frame.contentDocument?.querySelectorAll("*") ?? []) {
            for (const { name } of [...one.attributes])
                if (/^on/i.test(name))
                    try { one.dispatchEvent(new Event(name.slice(2))); } catch {}
            if (one.localName === "a") try { one.click(); } catch {}
        }
}"""
"""Do with every element what a reader might do."""
INSPECT = """allowed => [...document.querySelectorAll(".body")].map(body => ({
    id: body.id,
    strange: [...body.querySelectorAll("*")].flatMap(one => [
        ...(allowed.includes(one.localName) ? [] : [one.localName]),
        ...[...one.attributes].filter(a => !(one.localName === "a" && ["href", "rel"]
            .includes(a.name)) && !(one.localName === "ol" && a.name === "start"))
            .map(a => one.localName + " " + a.name),
    ]),
    links: [...body.querySelectorAll("a")].filter(a => !/^(https?:\\/\\/|mailto:)/i
        .test(a.getAttribute("href")) || a.rel !== "nofollow noopener noreferrer ugc").length,
}))"""


class Stage:
    """A page that shows what it is given, and keeps what was done and asked for."""

    def __init__(self, chromium: Browser) -> None:
        self.context = chromium.new_context()
        self.context.add_init_script(HEARD)
        self.context.route("**/*", self._give)
        self.done: set[str] = set()
        self.asked: list[str] = []
        self.markup = ""
        self.page = self.fresh()

    def fresh(self) -> Page:
        """A page of its own, where the one before has gone elsewhere."""
        self.page = self.context.new_page()
        self.page.on("console", lambda one: self._note(one.text))
        self.page.on("dialog", lambda one: one.dismiss())
        return self.page

    def _note(self, text: str) -> None:
        if text.startswith("DONE "):
            self.done.add(text[5:])

    def _give(self, route: Route) -> None:
        url = route.request.url
        if url == f"{SITE}/":
            route.fulfill(body=self.markup, content_type="text/html; charset=utf-8")
        elif url == f"{SITE}/htmx.js":
            [file] = (PROJECT / "static" / "vendor").glob("htmx-*.min.js")
            route.fulfill(body=file.read_bytes(), content_type="text/javascript")
        else:
            self.asked.append(url)
            route.abort()

    def show(self, markup: str, wait: int = 0) -> Page:
        """Show the page and give it time."""
        self.markup = f"<!doctype html><meta charset=utf-8><title>x</title>{markup}"
        self.page.goto(f"{SITE}/", wait_until="load")
        self.page.wait_for_timeout(wait)
        return self.page


@pytest.fixture
def stage(chromium: Browser) -> Iterator[Stage]:
    made = Stage(chromium)
    yield made
    made.context.close()


def batches(found: Sequence[str], size: int = AT_ONCE) -> Iterator[list[tuple[int, str]]]:
    numbered = list(enumerate(found))
    for at in range(0, len(numbered), size):
        yield numbered[at : at + size]


def shown(stage: Stage, bodies: Sequence[str], before: str = "") -> tuple[int, list[Any]]:
    """Show the HTML of the bodies; how many were looked at, and what was wrong with which."""
    looked, wrong = 0, []
    for batch in batches(bodies):
        parts = (
            f'<div class="body" id="b{number}" hx-disable>{render(as_text(body))}</div>'
            for number, body in batch
        )
        for seen in stage.show(before + "".join(parts), wait=150).evaluate(INSPECT, sorted(TAGS)):
            looked += 1
            if seen["strange"] or seen["links"]:
                wrong.append(seen)
    return looked, wrong


def fired(stage: Stage, bodies: Sequence[str], before: str = "") -> int:
    """How many of them do something where they are shown as they are, each in its own frame."""
    stage.done.clear()
    count = 0
    for batch in batches(bodies, 50):
        frames = (
            f'<iframe name="f{number}" sandbox="allow-scripts allow-same-origin allow-modals" '
            f'srcdoc="{html.escape(before + body)}"></iframe>'
            for number, body in batch
        )
        stage.fresh()
        page = stage.show("".join(frames), wait=500)
        page.evaluate(POKE)
        page.wait_for_timeout(200)
        page.close()
        count += len({f"f{number}" for number, _ in batch} & stage.done)
    return count


def test_none_of_them_does_anything(stage: Stage, note: Noted) -> None:
    found = payloads("corpus-xss.jsonl")
    looked, wrong = shown(stage, found)
    assert wrong == []
    assert stage.done == set()
    assert stage.asked == []
    assert looked == PLANNED
    tried = found[::EVERY]
    done = fired(stage, tried)
    asked = len(stage.asked)
    assert done >= 0.3 * len(tried)
    caught = sum(bool(faults(body)) for body in found)
    assert caught >= 0.3 * PLANNED
    note(
        "hostile bodies in Chromium",
        f"{looked:,} without a CSP: 0 executed, 0 elements or attributes outside the allowlist, "
        f"0 links to anything but http, https and mailto, 0 requests; shown raw, {done} of "
        f"{len(tried):,} run (and ask for {asked} files), and {caught:,} have what the allowlist "
        "refuses",
    )


def test_attributes_of_htmx_move_nothing(stage: Stage, note: Noted) -> None:
    found = payloads("own-htmx-md.json")[:OF_HTMX]
    script = '<script src="/htmx.js"></script>'
    looked, wrong = shown(stage, found, script)
    assert (looked, wrong, stage.asked, stage.done) == (OF_HTMX, [], [], set())
    sent = 0
    for body in found:
        stage.asked.clear()
        stage.done.clear()
        stage.fresh()
        page = stage.show(script + body, wait=120)
        sent += bool(stage.asked or stage.done)
        page.close()
    caught = sum(bool(faults(body)) for body in found)
    assert caught >= 45
    assert sent >= 40, "the control does nothing"
    note(
        "attributes of htmx in bodies",
        f"{OF_HTMX} with the pinned htmx: 0 requests, 0 executed; shown raw, {sent} send or run "
        f"something and {caught} have attributes that the allowlist refuses",
    )


def test_a_preview_is_what_will_be_saved(claim: Statement, note: Noted) -> None:
    found = [as_text(body)[:10_000] for body in payloads("corpus-xss.jsonl")]
    same = refused = 0
    for body in found:
        try:
            with transaction.atomic():
                said = statements.reply(claim, by=claim.author, kind="remark", body=body)
                assert replies.preview(body) == said.body_html, body
                same += 1
                raise _Undo
        except _Undo:
            pass
        except Exception as error:
            assert type(error).__name__ == "ValidationError", body
            refused += 1
    assert same + refused == PLANNED
    assert same > 0.98 * PLANNED
    note(
        "previews and what is saved",
        f"{same:,} of {PLANNED:,} hostile bodies byte for byte the same; {refused} show nothing "
        "and are refused",
    )


class _Undo(Exception):
    """Takes back what was written."""


def test_what_is_clean_stays_as_it_is(note: Noted) -> None:
    found = payloads("corpus-xss.jsonl")
    made = [render(as_text(body)) for body in found]
    same = sum(_CLEANER.clean(one) == one for one in made)
    assert same == len(found) == PLANNED
    note("cleaning twice", f"{same:,} of {PLANNED:,} hostile bodies the same as cleaned once")


def test_hostile_shapes_of_markdown_cost_little(note: Noted) -> None:
    worst, swollen, count = 0.0, 0.0, 0
    for size in (2_000, 5_000, 10_000, 20_000):
        for shape in shapes(size):
            made = render(shape)
            worst = max(worst, least(partial(anew, shape), SECONDS))
            assert len(made) <= 10 * len(shape) + 4000
            swollen = max(swollen, (len(made) - 4000) / len(shape))
            count += 1
    assert worst <= SECONDS
    note(
        "hostile shapes of Markdown",
        f"{count // 4} shapes of 2, 5, 10 and 20 thousand characters: at most {worst:.2f} s of "
        f"CPU, and {max(swollen, 0):.1f} times their length and 4,000 more",
    )


def test_bodies_follow_commonmark(examples: list[tuple[str, str]], note: Noted) -> None:
    found = examples
    parser = MarkdownIt("commonmark")
    exact = sum(parser.render(source) == made for source, made in found)
    note(
        "CommonMark",
        f"the parser gives {exact} of {len(found)} examples of the specification exactly; ours "
        "shows raw HTML as text, pictures as links and headings in bold",
    )
    assert exact >= len(found) - 3
