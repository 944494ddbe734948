"""The pages of the reasoning say what the engine finds, and no more than the marks tell."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import analysis, marks, moderation, reliances, settings, statements
from debate.models import Analysis, Debate, Statement
from tests import camps, factories

VIEWS = ("standing", "cruxes", "common-ground", "you")
TAG = re.compile(r"<[^>]*>")


@pytest.fixture
def seed(db: None) -> Debate:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    return debate


def html(debate: Debate, view: str = "", client: Client | None = None) -> str:
    at = f"/d/{debate.slug}/{view}/" if view else f"/d/{debate.slug}/"
    answer = (client or Client()).get(at)
    assert answer.status_code == 200
    return answer.content.decode()


def words(page: str) -> str:
    """What a reader reads of a piece of HTML."""
    return " ".join(unescape(TAG.sub(" ", page)).replace(" ,", ",").replace(" .", ".").split())


def part(page: str, start: str, end: str) -> str:
    return words(page[page.index(start) : page.index(end, page.index(start))])


def section(page: str, name: str) -> str:
    """The section of a page whose heading has this id."""
    return part(page, f'aria-labelledby="{name}"', "</section>")


# ---- the head
def test_the_head_says_in_sentences_where_the_seed_stands(seed: Debate) -> None:
    page = html(seed)
    head = part(page, 'id="debate-hinge"', '<nav class="tabs"').replace(" :", ":")
    for said in (
        "Not ruled out",
        "Challenged 2 objections to it stand: S13, S30.",
        "C1 A system becomes an agent toward the real world",
        "C2 Reasoning about consequences is agency",
        "Only the characters",
        "Stands The one objection to it has been met: S15.",
        "Both sides hold 6 claims: S1, C4, S6, S16, S17, S22.",
        "9 points are open.",
        "Besides, 3 claims are challenged: S15, S20, S36.",
    ):
        assert said in head, said


def test_every_sentence_of_the_head_leads_to_its_evidence(seed: Debate) -> None:
    said = {one.label: one.pk for one in seed.statements.all()}
    page = html(seed)
    head = page[page.index('id="debate-hinge"') : page.index('<nav class="tabs"')]
    links = set(re.findall(r'href="([^"]+)"', head))
    for label in ("S13", "S30", "S15", "S20", "S36", "C1", "C2", "C4", "S1", "S6", "S17", "S22"):
        assert f"/s/{said[label]}/" in links, label
    for view in ("common-ground/", "open/", "standing/", "standing/#claims"):
        assert f"/d/{seed.slug}/{view}" in links, view


def test_the_head_costs_no_query_and_a_kept_page_follows_the_analysis(
    client: Client, claim: Statement, bob: User
) -> None:
    at = f"/d/{claim.debate.slug}/"
    assert "worked out within seconds" in words(html(claim.debate))
    with CaptureQueriesContext(connection) as before:
        client.get(at)
    analysis.refresh(claim.debate_id)
    page = part(html(claim.debate), 'id="debate-hinge"', 'id="debate-where"')
    assert "Nobody has objected that it is not true, or in the wrong terms." in page
    with CaptureQueriesContext(connection) as after:
        client.get(at)
    assert len(after) == len(before) == 1
    statements.reply(claim.parent or claim, by=bob, kind="objection", on="truth", body="No.")
    assert "Challenged" not in part(html(claim.debate), 'id="debate-hinge"', 'id="debate-where"')
    analysis.refresh(claim.debate_id)
    assert "Challenged 1 objection to it stands" in words(html(claim.debate))


def test_of_a_position_that_is_hidden_nothing_is_said(seed: Debate, mara: User) -> None:
    position = seed.statements.get(ordinal=1, kind="position")
    moderation.hide(position, by=mara, reason="Not ours.")
    for view in ("", *VIEWS):
        assert "Not ruled out" not in html(seed, view), view
    hinge = part(html(seed), 'id="debate-hinge"', 'id="debate-where"')
    assert "S13" not in hinge


def test_what_all_who_hold_something_mark_alike_is_said_as_they_do(
    debate: Debate, claim: Statement, crux: Statement, hers: Statement, his: Statement
) -> None:
    alice, bob, charlie = hers.author, his.author, crux.author
    third = factories.PositionFactory.create(debate=debate, author=charlie, name="Neither")
    for position in (his, third, his, third):  # too many on each side for one to speak for it
        marks.mark(position, by=factories.UserFactory.create(), truth="agree")
    marks.mark(hers, by=alice, truth="disagree")  # so that nobody holds the first position
    statements.reply(claim, by=bob, kind="concession", body="Granted.")
    for person in (bob, charlie):
        marks.mark(crux, by=person, truth="agree")
    analysis.refresh(debate.pk)
    settled = section(html(debate, "common-ground"), "settled")
    assert " agree " in settled
    assert "disagree" not in settled
    where = part(html(debate), 'id="debate-where"', "</div>")
    assert "Nothing yet is held by all sides. 1 claim is granted" in where


# ---- the pages of the seed
def test_the_cruxes_page_tells_the_double_ones_from_the_rest(seed: Debate) -> None:
    page = html(seed, "cruxes")
    double, relied = section(page, "double"), section(page, "one-side")
    assert "C1" in double
    assert "C2" in page[page.index('id="double"') : page.index('id="one-side"')]
    assert "The line is sharp" in relied
    assert "C4" not in page[page.index('id="double"') : page.index('id="settled"')]
    settled = words(page[page.index('id="settled"') :])
    assert "Not excluded means a live risk" in settled
    assert "The architecture settles it" in settled
    assert "would take a model trained on prediction alone to be safe" in words(page)
    assert "Nobody of this side says that it rests on it." in words(page)
    assert "Too few to say what the marks give away" in words(page)
    assert words(page).count("Does your position rest on this?") == 5


def test_a_claim_on_which_both_sides_rest_alike_is_not_one_sides(
    debate: Debate, claim: Statement, alice: User, bob: User
) -> None:
    for position in debate.statements.filter(kind="position"):
        reliances.rely(position, by=position.author, claim=claim, words="It would go.")
    analysis.refresh(debate.pk)
    page = html(debate, "cruxes")
    assert claim.label in section(page, "both")
    assert 'id="one-side"' not in page


def test_the_common_ground_page_names_what_both_hold_and_where_they_part(seed: Debate) -> None:
    page = html(seed, "common-ground")
    held = section(page, "held")
    for label in ("C4", "S1", "S6", "S16", "S17", "S22"):
        assert label in held, label
    assert held.count("Both sides hold it (1 and 1).") == 6
    assert "%" not in held  # of two people there are no shares
    assert held.count("Granted, but not that it bears") == 1
    parting = section(page, "parting")
    assert "C1" in parting
    assert "C2" in parting
    assert "1 of 1 disagrees" in parting
    assert "C5" in section(page, "settled")
    assert "Too few to say: 2 people have marked enough; it takes thirty." in section(
        page, "groups"
    )


def test_the_standing_page_has_all_that_is_challenged_and_why(seed: Debate) -> None:
    page = html(seed, "standing")
    claims = words(page[page.index('id="claims"') :])
    for label, objection in (("S15", "S23"), ("S20", "S32"), ("S36", "S24")):
        assert label in claims
        assert f"1 objection to it stands: {objection}" in claims.replace(" :", ":")
    assert claims.count("Why?") == 3
    assert "Too few to say how firmly: it takes marks of three people." in claims


def test_the_open_points_are_nine_each_with_its_why(seed: Debate) -> None:
    page = html(seed, "open")
    labels = ("S11", "S13", "S23", "S24", "S26", "S30", "S32", "S33", "S35")
    for label in labels:
        assert f"Why? {label}" in words(page)


def test_pages_of_a_debate_not_worked_out_yet_say_so(debate: Debate) -> None:
    for view in ("standing", "common-ground"):
        assert "Not worked out yet" in html(debate, view)
    assert "No crux is known yet" in html(debate, "cruxes")


# ---- debates whose structure is known
def test_two_camps_part_where_they_were_made_to(db: None) -> None:
    made = camps.two_camps()
    page = html(made.debate, "cruxes")
    found = section(page, "found")
    assert made.said["hinge"].label in found
    assert "“Way 1” moves by" in found
    assert re.search(r"who hold it \d+ % agree \(\d+ to \d+ %, of 20\)", found)
    assert made.said["idle0"].label not in found
    ground = html(made.debate, "common-ground")
    held = section(ground, "held")
    assert made.said["shared"].label in held
    assert re.search(r"at least \d+ of 100 of every group agree", held)
    assert made.said["hinge"].label not in held
    groups = ground[ground.index('id="groups"') :]
    assert "Group 1: 20 people. Group 2: 20 people." in groups
    assert ground.count('class="dot') > 40
    assert f'part most</a> on <a class="label" href="/s/{made.said["hinge"].pk}/' in html(
        made.debate
    )


def test_of_three_camps_a_shared_minority_claim_is_no_common_ground(db: None) -> None:
    made = camps.three_camps()
    ground = html(made.debate, "common-ground")
    minority, shared = made.said["minority"].label, made.said["shared"].label
    held, nearly = section(ground, "held"), section(ground, "nearly")
    assert shared in held
    assert minority not in held
    assert minority in words(ground[ground.index('id="nearly"') :])
    assert "Some of every side agree." in nearly
    assert "Group 3: 16 people." in ground
    assert f"All groups hold 1 claim: {shared}." in words(html(made.debate)).replace(" :", ":")


def test_without_structure_no_groups_no_cruxes_and_no_common_ground_are_told(db: None) -> None:
    made = camps.no_camps()
    ground = html(made.debate, "common-ground")
    assert "No clear groups: 40 people have marked enough" in section(ground, "groups")
    assert "<figure" not in ground
    assert "Nothing yet: too few have marked the same claims" in section(ground, "held")
    page = html(made.debate, "cruxes")
    assert "No crux is known yet" in page
    assert 'id="found"' not in page
    assert "Nothing yet is held by all sides." in words(html(made.debate))


@pytest.mark.parametrize(
    ("stability", "told"),
    [(None, "but they do not fall into groups"), (0.3, "changes with who is left out")],
)
def test_where_there_are_no_groups_it_is_said_why(
    stability: float | None, told: str, client: Client, alice: User
) -> None:
    made = camps.no_camps()
    stored = Analysis.objects.get()
    result = stored.result or {}
    result["groups"] |= {"stable": False, "stability": stability}
    stored.save()
    client.force_login(alice)  # what is kept for visitors need not be drawn anew
    groups = section(html(made.debate, "common-ground", client), "groups")
    assert "No clear groups: 40 people have marked enough" in groups
    assert told in groups


def test_of_few_others_the_page_tells_how_many_and_no_share(client: Client, alice: User) -> None:
    made = camps.two_camps()
    stored = Analysis.objects.get()
    result = stored.result or {}
    [one, other] = [of_group[0] for of_group in result["groups"]["representative"].values()]
    one |= {"elsewhere": None, "count_elsewhere": 1, "n_elsewhere": 2}
    other |= {"elsewhere": None, "count_elsewhere": 0, "n_elsewhere": 0}
    stored.save()
    client.force_login(alice)
    page = words(html(made.debate, "common-ground", client))
    assert "; elsewhere 1 of 2:" in page.replace(" :", ":")
    assert "; nobody elsewhere has marked it:" in page.replace(" :", ":")


# ---- for you
def test_for_you_invites_visitors_to_sign_in(seed: Debate) -> None:
    page = html(seed, "you")
    assert "What this debate has for you" in page
    assert f"/accounts/login/?next=/d/{seed.slug}/you/" in page


def test_for_you_has_a_question_ones_turn_and_marks_to_look_at_again(
    client: Client, seed: Debate, alice: User, bob: User
) -> None:
    said = {one.label: one for one in seed.statements.all()}
    own = statements.reply(said["S5"], by=alice, kind="support", body="It is.")
    asked = statements.reply(own, by=bob, kind="question", body="Is it so?")
    marks.mark(said["S4"], by=alice, truth="agree")
    objection = statements.reply(said["S4"], by=bob, kind="objection", on="truth", body="Hm.")
    analysis.refresh(seed.pk)
    client.force_login(alice)
    page = html(seed, "you", client)
    question = page[page.index('id="questions"') : page.index('id="yours"')]
    assert question.count("<article") == 3
    assert 'name="truth"' in question
    turn = page[page.index('id="yours"') : page.index('id="again"')]
    assert f'id="statement-{asked.pk}"' in turn
    again = page[page.index('id="again"') :]
    assert f'id="statement-{said["S4"].pk}"' in again
    assert f'/s/{objection.pk}/">{objection.label}</a> objects since your mark' in again


def test_in_an_archive_nobody_is_asked_and_nothing_is_offered_that_is_refused(
    client: Client, seed: Debate, alice: User, mara: User
) -> None:
    said = {one.label: one for one in seed.statements.all()}
    own = statements.reply(said["S5"], by=alice, kind="support", body="It is.")
    analysis.refresh(seed.pk)
    client.force_login(alice)
    acts = [f'hx-get="/s/{own.pk}/{act}/' for act in ("edit", "withdrawal")]
    offers = ['name="truth"', *acts]
    places = (f"/d/{seed.slug}/", f"/s/{own.pk}/", f"/s/{said['S5'].pk}/", f"/d/{seed.slug}/you/")
    before = [client.get(at).content.decode() for at in places]
    assert all(any(offer in page for page in before) for offer in offers)
    settings.set_state(seed, by=mara, state="archived", outcome="Nothing.")
    for at in places:
        page = client.get(at).content.decode()
        assert not [offer for offer in offers if offer in page], at
        assert "Report</summary>" not in page
    assert "archived: it can only be read" in html(seed, "you", client)


# ---- what they cost
def test_each_page_takes_as_many_queries_however_large_the_debate_is(
    client: Client, alice: User
) -> None:
    for size in (60, 600):
        call_command("fill", statements=size, slug=f"filled-{size}", verbosity=0)
    client.force_login(alice)
    found: dict[str, list[int]] = {}
    for debate in Debate.objects.order_by("statement_count"):
        analysis.refresh(debate.pk)
        for view in VIEWS:
            client.get(f"/d/{debate.slug}/{view}/")  # the visit is noted
            with CaptureQueriesContext(connection) as queries:
                html(debate, view, client)
            found.setdefault(view, []).append(len(queries))
    for view, (small, large) in found.items():
        assert large <= small + 1, (view, small, large)
        assert large <= 22, (view, large)


def test_the_part_that_live_updates_fetch_is_one_query(client: Client, seed: Debate) -> None:
    at = f"/d/{seed.slug}/standing/"
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(at, headers={"HX-Request": "true"}).content.decode()
    assert len(queries) == 1
    assert "<html" not in answer
    position = seed.statements.get(ordinal=1, kind="position")
    assert f'id="debate-standing-{position.pk}"' in answer
    assert 'id="debate-where"' in answer
    stored = Analysis.objects.get(debate=seed)
    assert f'data-standing="{(stored.gist or {})["event"] + 1}"' in answer
