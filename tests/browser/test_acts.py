"""Facilitators in the browser: a statement is split, duplicates are merged and un-merged."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.models import Debate, Link, Mark, Statement
from tests import factories
from tests.browser.conftest import Visit, Watch
from tests.browser.looking import assert_accessible, fits

pytestmark = pytest.mark.browser
MARKS = 40


@pytest.fixture
def fay(transactional_db: None, debate: Debate) -> User:
    """A facilitator who takes no side."""
    fay = factories.UserFactory.create(username="fay", name="Fay")
    factories.ParticipationFactory.create(debate=debate, person=fay, role="facilitator")
    return fay


@pytest.fixture
def double(claim: Statement, bob: User) -> Statement:
    """An objection that makes two claims, with forty marks on it."""
    body = "Readers **do** bring books back.\n\nNobody needs four weeks."
    said = statements.reply(claim, by=bob, kind="objection", on="truth", body=body)
    for person in factories.UserFactory.create_batch(MARKS):
        marks.mark(said, by=person, truth="agree")
    return said


@pytest.mark.parametrize("javascript", [True, False])
def test_a_statement_of_two_claims_is_split_and_keeps_its_forty_marks(
    visit: Visit, watch: Watch, double: Statement, fay: User, javascript: bool
) -> None:
    page = visit(f"/s/{double.pk}/", fay, javascript=javascript)
    page.get_by_role("link", name="Structure").click()
    page.get_by_role("link", name="Split it").click()
    page.get_by_label("The passage", exact=True).fill("Nobody needs four weeks.")
    page.get_by_label("What the passage does").select_option("objection")
    page.get_by_role("button", name="See what it would do").click()
    would = page.locator(".preview")
    expect(would).to_contain_text("40 marks will ask for another look")
    expect(would).to_contain_text("Nobody needs four weeks.")
    if javascript:
        assert_accessible(page, "preview of a split")
    assert Statement.objects.get(pk=double.pk).revision == 1

    page.get_by_label("Why", exact=True).fill("Two claims.")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("h1")).to_have_text("S2 split; the part is S3")
    if javascript:
        assert_accessible(page, "act")
    page.goto(page.url.rsplit("/moderation", 1)[0] + f"/d/{double.debate.slug}/")
    whole = page.locator(f"#statement-{double.pk}")
    expect(whole).to_contain_text("edited since all 40 marks")
    expect(whole).to_contain_text("S3 was split off")
    expect(whole.locator(".statement-body")).to_have_text("Readers do bring books back.")
    part = page.locator("article", has_text="split off from S2")
    expect(part.locator(".statement-body")).to_have_text("Nobody needs four weeks.")
    assert Mark.objects.filter(statement=double, truth="agree", revision=1).count() == MARKS

    page.goto(page.url + "../../moderation/")
    page.locator("table.log").get_by_role("link", name="Split", exact=True).click()
    page.get_by_role("link", name="Undo it").click()
    page.get_by_label("Why", exact=True).fill("One claim after all.")
    page.get_by_role("button", name="Undo it").click()
    expect(page.locator("main")).to_contain_text("Undone")
    double.refresh_from_db()
    assert (double.revision, Statement.objects.filter(ordinal=3).exists()) == (1, False)


def test_duplicates_are_merged_and_merged_no_longer(
    visit: Visit, watch: Watch, double: Statement, claim: Statement, charlie: User, fay: User
) -> None:
    twin = statements.reply(claim, by=charlie, kind="objection", on="truth", body="They do.")
    page = visit(f"/s/{twin.pk}/structure/", fay)
    fits(page)
    assert_accessible(page, "structure")
    page.get_by_role("link", name="Merge it as a duplicate").click()
    page.get_by_label("Which statement").fill("S99")
    page.get_by_label("Why", exact=True).fill("The same.")
    watch.allowed |= {422}
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("main")).to_contain_text("There is no such statement")
    page.get_by_label("Which statement").fill(double.label)
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("h1")).to_have_text("S3 merged with S2, which says the same")
    thread = visit(f"/d/{claim.debate.slug}/")
    expect(thread.locator(f"#statement-{twin.pk}")).to_contain_text("says the same as S2")
    expect(thread.locator(f"#statement-{twin.pk}")).to_contain_text("They do.")
    expect(thread.locator(f"#statement-{double.pk}")).to_contain_text("S3 says the same")

    page.get_by_role("link", name="Undo it").click()
    page.get_by_label("Why", exact=True).fill("Not the same.")
    page.get_by_role("button", name="Undo it").click()
    expect(page.locator("main")).to_contain_text("Undone")
    assert not Link.objects.exists()
    thread.reload()
    expect(thread.locator(f"#statement-{twin.pk}")).not_to_contain_text("says the same")


def test_an_author_whose_words_were_hidden_appeals_and_they_are_shown_again(
    visit: Visit, double: Statement, bob: User, mara: User
) -> None:
    act = moderation.hide(double, by=mara, reason="Rude.")
    page = visit(f"/moderation/acts/{act.pk}/", bob)
    page.get_by_label("Why it should not stand").fill("It is blunt, not rude.")
    page.get_by_role("button", name="Appeal").click()
    expect(page.locator("main")).to_contain_text("Waits for another moderator")
    otto = factories.UserFactory.create(username="otto", name="Otto", is_staff=True)
    second = visit(f"/moderation/acts/{act.pk}/", otto)
    expect(second.locator("main")).to_contain_text("It is blunt, not rude.")
    assert_accessible(second, "appeal")
    second.get_by_label("Why", exact=True).fill("Blunt it is.")
    second.get_by_role("button", name="Undo it").click()
    page.reload()
    expect(page.locator("main")).to_contain_text("The act was undone")
    expect(page.locator("main")).to_contain_text("Blunt it is.")
    double.refresh_from_db()
    assert double.hidden_at is None


def test_a_long_address_in_a_reason_stays_within_a_phone(
    visit: Visit, claim: Statement, mara: User
) -> None:
    act = moderation.hide(claim, by=mara, reason=f"See https://example.org/{'rules-' * 20}")
    page = visit(f"/moderation/acts/{act.pk}/", width=390)
    expect(page.locator("main")).to_contain_text("rules-rules-")
    assert fits(page)
