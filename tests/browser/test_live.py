"""News of a debate, on two people's screens at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.models import Debate, Statement
from tests import streams
from tests.browser.conftest import REPORT_VIOLATIONS, Visit, Watch, choose, sign_in
from tests.browser.looking import assert_accessible
from tests.streams import Site

pytestmark = pytest.mark.browser
Said = dict[str, Statement]
Come = Callable[..., Page]


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site


@pytest.fixture
def come(chromium: Browser, watch: Watch, site: Site) -> Iterator[Come]:
    """Open a page as somebody, on a server that streams."""
    opened = []

    def go(
        path: str, user: User | None = None, *, width: int = 1280, theme: str = "light"
    ) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        opened.append(context)
        context.set_default_timeout(8000)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("page", watch.page)
        if user is not None:
            sign_in(context, user, site.url)
        page = context.new_page()
        with page.expect_response(lambda answer: "/live/" in answer.url):
            page.goto(path)
        return page

    yield go
    for context in opened:
        context.close()


def test_marks_and_replies_of_another_arrive_and_touch_no_draft(
    come: Come, seed: Debate, said: Said, alice: User, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/", alice)
    parent, marked = said["S10"], said["S4"]
    page.locator(f"#statement-{parent.pk}-foot .answer").click()
    draft = page.locator(f"#statement-{parent.pk}-reply textarea[name=body]")
    draft.fill("Still being writ")
    top = draft.bounding_box()
    other = come(f"/d/{seed.slug}/", bob)
    other.locator(f"#statement-{marked.pk}-foot [data-key=d]").click()
    made = statements.reply(parent, by=bob, kind="remark", body="A word on it.")
    pill = page.locator(".live-pill")
    expect(pill).to_have_text("1 new point")
    count = page.locator(f"#statement-{marked.pk}-foot [data-key=d] .n")
    expect(count).to_have_text(str(marked.disagree_count + 1))
    expect(page.locator("#announcer")).to_have_text("1 new point.")
    expect(draft).to_be_focused()
    draft.press_sequentially("ten")
    expect(draft).to_have_value("Still being written")
    assert draft.bounding_box() == top
    assert_accessible(page)
    pill.click()
    shown = page.locator(f"#statement-{made.pk}")
    expect(shown).to_contain_text("A word on it.")
    expect(pill).to_be_hidden()
    expect(draft).to_be_focused()
    expect(draft).to_have_value("Still being written")
    assert shown.locator("xpath=ancestor::li[2]").locator(f"#statement-{parent.pk}").count() == 1
    expect(other.locator(".live-pill")).to_have_text("1 new point")
    other.locator(".live-pill").press("Enter")
    expect(other.locator(f"#statement-{made.pk}")).to_be_focused()
    assert other.locator(f"#statement-{made.pk}").count() == 1


def test_a_reply_to_a_leaf_makes_its_list_and_one_answers_into_it(
    come: Come, seed: Debate, said: Said, alice: User, bob: User
) -> None:
    leaf = next(s for s in said.values() if s.reply_count == 0 and s.kind == "support")
    page = come(f"/d/{seed.slug}/", alice)
    made = statements.reply(leaf, by=bob, kind="remark", body="First under it.")
    below = statements.reply(made, by=bob, kind="remark", body="Second under it.")
    expect(page.locator(".live-pill")).to_have_text("2 new points")
    page.locator(".live-pill").click()
    expect(page.locator(f"#statement-{leaf.pk}-replies #statement-{made.pk}")).to_be_visible()
    expect(page.locator(f"#statement-{made.pk}-replies #statement-{below.pk}")).to_be_visible()
    answer = page.locator(f"#statement-{leaf.pk}-foot .answer")
    expect(answer).to_have_attribute("hx-get", f"/s/{leaf.pk}/reply/?under=list")
    answer.click()
    slot = page.locator(f"#statement-{leaf.pk}-reply")
    choose(slot, "remark")
    slot.locator("textarea[name=body]").fill("And mine.")
    slot.get_by_role("button", name="Publish").first.click()
    expect(page.locator(f"#statement-{leaf.pk}-replies > li")).to_have_count(2)
    expect(page.locator(".live-pill")).to_be_hidden()
    page.wait_for_timeout(2500)
    expect(page.locator(".live-pill")).to_be_hidden()


def test_edits_are_told_and_what_is_hidden_loses_its_words(
    come: Come, seed: Debate, said: Said, mara: User
) -> None:
    edited, hidden = said["S4"], said["S10"]
    page = come(f"/d/{seed.slug}/")
    statements.edit(edited, by=edited.author, body="In other words.", revision=1)
    link = page.locator(f"#statement-{edited.pk} .live-edited")
    expect(link).to_have_text("edited: show")
    expect(link).to_have_attribute("href", f"/s/{edited.pk}/#revisions")
    moderation.hide(hidden, by=mara, reason="Spam.")
    gone = page.locator(f"#statement-{hidden.pk}")
    expect(gone).to_contain_text("removed by moderation")
    expect(gone).not_to_contain_text(hidden.body[:40])
    moderation.restore(hidden, by=mara, reason="Not spam.")
    expect(gone).to_contain_text("Answer")


def test_on_its_own_page_too_what_is_hidden_loses_its_words(
    come: Come, said: Said, mara: User
) -> None:
    page = come(f"/s/{said['S10'].pk}/")
    words = said["S10"].body[:40]
    expect(page.locator(f"#statement-{said['S10'].pk}")).to_contain_text(words)
    moderation.hide(said["S10"], by=mara, reason="Spam.")
    expect(page.locator(f"#statement-{said['S10'].pk}")).not_to_contain_text(words)


def test_one_new_point_is_read_out_as_often_as_one_comes(
    come: Come, seed: Debate, said: Said, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/")
    page.evaluate(
        "new MutationObserver(() => { (window.heard ??= []).push(announcer.textContent); })"
        ".observe(announcer, { childList: true })"
    )
    for number in (1, 2):
        statements.reply(said["S4"], by=bob, kind="remark", body=f"Number {number}.")
        expect(page.locator(".live-pill")).to_have_text("1 new point")
        heard = f"() => heard?.filter(one => one === '1 new point.').length === {number}"
        page.wait_for_function(heard, timeout=15_000)
        page.locator(".live-pill").click()
        expect(page.locator(".live-pill")).to_be_hidden()


def test_news_of_one_page_are_those_under_its_statement(
    come: Come, seed: Debate, said: Said, bob: User
) -> None:
    page = come(f"/s/{said['S10'].pk}/")
    statements.reply(said["S4"], by=bob, kind="remark", body="Elsewhere.")
    made = statements.reply(said["S10"], by=bob, kind="remark", body="Here.")
    expect(page.locator(".live-pill")).to_have_text("1 new point")
    page.locator(".live-pill").click()
    expect(page.locator(f"#statement-{made.pk}")).to_contain_text("Here.")
    fresh = Statement.objects.get(pk=said["S10"].pk)
    expect(page.locator("#replies-name")).to_contain_text(str(fresh.reply_count))


def test_a_cut_stream_comes_back_and_misses_nothing(
    come: Come, seed: Debate, said: Said, bob: User
) -> None:
    page = come(f"/d/{seed.slug}/")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    marks.mark(said["S4"], by=bob, truth="disagree")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    counts = page.locator(f"#statement-{said['S4'].pk}-foot .counts")
    expect(counts).to_contain_text(f"Disagree {said['S4'].disagree_count + 1}")


def test_where_streams_do_not_pass_one_is_told_by_asking(
    visit: Visit, seed: Debate, said: Said, bob: User
) -> None:
    page = visit("/")
    page.clock.install()
    page.goto(f"/d/{seed.slug}/")
    statements.reply(said["S10"], by=bob, kind="remark", body="Here.")
    page.wait_for_timeout(300)
    with page.expect_response(lambda answer: "/changes/" in answer.url):
        page.clock.run_for(21_000)
    page.clock.run_for(3_000)
    expect(page.locator(".live-pill")).to_have_text("1 new point")


def test_without_scripts_the_page_says_when_it_was_made(visit: Visit, seed: Debate) -> None:
    page = visit(f"/d/{seed.slug}/", javascript=False)
    made = page.locator(".live-made")
    expect(made).to_contain_text("As of")
    expect(made.get_by_role("link", name="Reload")).to_be_visible()
    expect(visit(f"/d/{seed.slug}/").locator(".live-made")).to_be_hidden()
