"""Comfort: keys, copying, times in the reader's zone, print, error pages."""

from __future__ import annotations

import re
from functools import partial

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, expect

from accounts import tastes
from accounts.models import User
from debate.models import Debate, Statement
from tests import factories
from tests.browser.conftest import Visit, Watch
from tests.browser.looking import assert_accessible, fits

pytestmark = pytest.mark.browser

Said = dict[str, Statement]
CLIPBOARD = "navigator.clipboard.readText()"
COPYING = ["clipboard-read", "clipboard-write"]
NOON = "2026-11-19T09:00:00+00:00"


# ---- keys
def test_the_list_of_keys_is_reached_by_a_link_and_speaks_first_of_itself(
    visit: Visit, seed: Debate
) -> None:
    page = visit("/")
    page.get_by_role("link", name="Keys").click()
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_role("heading", name="Keys")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Keys")).to_be_focused()
    plain = visit("/", javascript=False)
    plain.get_by_role("link", name="Keys").click()
    expect(plain).to_have_url(re.compile("/help/#keys$"))
    expect(plain.locator(".help dl.keys")).to_be_visible()
    expect(plain.locator(".help [data-keys-on]")).to_be_hidden()


def test_keys_can_be_switched_off_on_the_help_page(visit: Visit, seed: Debate) -> None:
    page = visit("/help/#keys")
    page.locator(".help [data-keys-on]").uncheck()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.goto(f"/d/{seed.slug}/")
    page.keyboard.press("j")
    expect(page.locator("article.statement:focus")).to_have_count(0)
    page.goto("/help/#keys")
    page.locator(".help [data-keys-on]").check()
    page.goto(f"/d/{seed.slug}/")
    page.keyboard.press("j")
    expect(page.locator("article.statement:focus")).to_have_count(1)


def test_keys_do_nothing_while_somebody_writes(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    page = visit(f"/s/{said['S16'].pk}/", alice)
    field = page.get_by_label("Your point")
    field.click()
    keys = "jkuxrqtasdbngc?12345>"
    page.keyboard.type(keys)
    expect(field).to_have_value(keys)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert not said["S16"].marks.filter(person=alice).exists()


# ---- copying
def test_a_statement_is_copied_as_a_quotation_with_its_author_and_a_link(
    visit: Visit, seed: Debate, said: Said
) -> None:
    page = visit(f"/s/{said['S16'].pk}/", permissions=COPYING)
    page.get_by_role("button", name="Copy as quotation").click()
    expect(page.locator("#announcer.toast")).to_have_text("Copied as a quotation.")
    first, *_, last = page.evaluate(CLIPBOARD).strip().split("\n")
    assert first.startswith("> That the model is a function")
    assert last == f"— [First speaker, S16]({page.url})"
    expect(page.locator("#announcer")).to_have_class("vh")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#announcer")).to_have_text("Link copied.")
    assert page.evaluate(CLIPBOARD) == page.url


def test_a_key_copies_any_statement_and_what_is_selected_alone(
    visit: Visit, seed: Debate, said: Said
) -> None:
    page = visit(f"/d/{seed.slug}/#statement-{said['P1'].pk}", permissions=COPYING)
    page.keyboard.press("c")
    expect(page.locator("#announcer")).to_have_text("Copied as a quotation.")
    text = page.evaluate(CLIPBOARD)
    assert text.startswith("> The predictor may itself be an agent")
    assert text.strip().endswith(f"— [First speaker, P1]({site(page)}/s/{said['P1'].pk}/)")
    body = page.locator(f"#statement-{said['P1'].pk} .statement-body p").first
    body.evaluate("p => getSelection().setBaseAndExtent(p.firstChild, 4, p.firstChild, 13)")
    page.keyboard.press("c")
    page.wait_for_function(f"{CLIPBOARD}.then(text => text.startsWith('> predictor\\n'))")


def test_without_javascript_there_is_a_link_to_copy_by_hand_and_no_dead_button(
    visit: Visit, seed: Debate, said: Said
) -> None:
    page = visit(f"/s/{said['S16'].pk}/", javascript=False)
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_text("Link", exact=True).click()
    expect(page.get_by_label("Link to this statement")).to_have_value(page.url)


def site(page: Page) -> str:
    """The site's own address."""
    return str(page.evaluate("location.origin"))


# ---- times
def test_times_are_told_in_the_zone_of_the_browser_and_the_chosen_one_counts_more(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    Statement.objects.filter(pk=said["S16"].pk).update(created_at="2026-11-16T22:30:00Z")
    at = f"/s/{said['S16'].pk}/"
    for zone, told in (("UTC", "16 Nov 2026"), ("Asia/Tokyo", "17 Nov 2026")):
        page = visit(at, timezone_id=zone)
        expect(page.locator(".focused .when time")).to_have_text(told)
    plain = visit(at, javascript=False, timezone_id="Asia/Tokyo")
    expect(plain.locator(".focused .when time")).to_have_text("16 Nov 2026")
    tastes.set_tastes(alice, by=alice, time_zone="America/New_York")
    page = visit(f"/d/{seed.slug}/", alice, timezone_id="Asia/Tokyo")
    shown = page.locator(f"#statement-{said['S16'].pk} .when time").first
    expect(shown).to_have_text("16 Nov 2026")
    expect(shown).to_have_attribute("title", re.compile("^16 Nov 2026, 17:30 (GMT-5|EST)$"))


def test_what_comes_later_is_told_in_the_same_zone_and_the_history_stays_by_its_days(
    visit: Visit, seed: Debate, said: Said
) -> None:
    for number in range(60):
        factories.SupportFactory.create(
            parent=said["P2"], body=f"Reason {number}.", created_at="2026-11-20T20:00:00Z"
        )
    page = visit(f"/d/{seed.slug}/", timezone_id="Asia/Tokyo")
    page.get_by_role("link", name="Show more under P2").click()
    reason = page.locator("article.statement", has_text="Reason 58.")
    expect(reason.locator(".when time")).to_have_text("21 Nov 2026")
    page.goto(f"/d/{seed.slug}/history/")
    expect(page.locator("main")).to_contain_text("Days and times are in UTC.")
    first = page.locator(".happened time").first
    assert first.evaluate("t => t.dateTime.slice(11, 16)") == first.inner_text()


def test_the_browsers_zone_is_offered_where_one_chooses(
    visit: Visit, seed: Debate, alice: User
) -> None:
    page = visit("/accounts/tastes/", alice, timezone_id="America/Sao_Paulo")
    page.get_by_role("button", name="America/Sao Paulo").click()
    expect(page.get_by_label("Time zone")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    alice.refresh_from_db()
    assert alice.time_zone == "America/Sao_Paulo"


# ---- print, motion, direction
def test_a_debate_prints_without_what_cannot_be_pressed_on_paper(
    visit: Visit, seed: Debate, said: Said, alice: User
) -> None:
    linked = factories.SupportFactory.create(
        parent=said["P1"], body="As [they say](https://example.org/said)."
    )
    page = visit(f"/d/{seed.slug}/", alice, theme="dark")
    page.locator(f"#statement-{said['P1'].pk}-branch, details.branch").first.evaluate(
        "branch => { branch.open = false; }"
    )
    page.emulate_media(media="print")
    for place in (".topbar", ".footer", ".tabs", ".tools", ".statement-foot", "#tray"):
        assert page.locator(f"{place}:visible").count() == 0, place
    assert page.locator("button:visible, input:visible").count() == 0
    summaries = page.locator("summary:visible")  # they head what they hold, which is open
    assert [text.split()[0] for text in summaries.all_inner_texts()] == ["Terms"]
    assert page.locator(".terms:visible").count() == 1
    assert page.locator("article.statement:visible").count() > 30
    colours = page.evaluate(
        "['backgroundColor', 'color'].map(name => getComputedStyle(document.body)[name]"
        " + getComputedStyle(document.documentElement)[name])"
    )
    assert "255, 255, 255" in colours[0]
    link = page.locator(f"#statement-{linked.pk} .statement-body a")
    shown = link.evaluate("a => getComputedStyle(a, '::after').content")
    assert "https://example.org/said" in shown


def test_words_from_right_to_left_run_so_and_their_neighbours_do_not(
    visit: Visit, seed: Debate, said: Said
) -> None:
    arabic = "هذا ليس صحيحا على الإطلاق"
    one = factories.SupportFactory.create(parent=said["P1"], body=f"{arabic}\n\nAnd on.")
    page = visit(f"/s/{one.pk}/")
    edges = page.locator(".focused .statement-body p").evaluate_all(
        """all => all.map(p => {
          const range = document.createRange();
          range.selectNodeContents(p);
          const words = range.getBoundingClientRect(), box = p.getBoundingClientRect();
          return [Math.round(words.left - box.left), Math.round(box.right - words.right)];
        })"""
    )
    assert edges[0][1] <= 1 < edges[0][0]
    assert edges[1][0] <= 1 < edges[1][1]


def test_nothing_moves_for_who_wants_no_motion(visit: Visit, seed: Debate) -> None:
    page = visit(f"/d/{seed.slug}/")
    moving = """[...document.querySelectorAll("*")].filter(one => {
      const style = getComputedStyle(one);
      return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).length"""
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0


# ---- error pages
def fulfil(route: Route, *, status: int, body: str) -> None:
    """Answer as the server would, had it failed so."""
    route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")


def test_error_pages_are_accessible_and_fit_a_narrow_screen(visit: Visit, watch: Watch) -> None:
    watch.allowed |= {400, 403, 404, 429, 500, 503}
    page = visit("/", width=360)
    for name in ("400", "403", "403_csrf", "404", "429", "500", "503"):
        context = {"reason": "Try again in 5 seconds.", "at": "/", "sent": [("body", "My words")]}
        text = render_to_string(f"{name}.html", context)

        page.route("**/broken/", partial(fulfil, status=int(name[:3]), body=text))
        page.goto("/broken/")
        page.unroute("**/broken/")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert_accessible(page, name)
        assert fits(page), name
        expect(page.get_by_role("link", name="All debates")).to_be_visible()
