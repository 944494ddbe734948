from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import analysis, statements
from debate.models import Analysis, Debate, Participation, Statement
from tests.api.conftest import Enter, fits


def test_before_the_first_run_there_is_no_result(debate: Debate, enter: Enter) -> None:
    answer = enter().read(f"debates/{debate.slug}/analysis/")
    fits("AnalysisOut", answer)
    assert (answer["result"], answer["computed_at"], answer["is_fresh"]) == (None, None, False)


def test_an_analysis_says_up_to_which_event_it_goes(
    claim: Statement, bob: User, enter: Enter
) -> None:
    path = f"debates/{claim.debate.slug}/analysis/"
    analysis.refresh(claim.debate_id)
    before = enter().read(path)
    fits("AnalysisOut", before)
    assert before["is_fresh"]
    assert before["result"]["labels"][claim.label] == "in"
    statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    stale = enter().read(path)
    assert (stale["is_fresh"], stale["event"]) == (False, before["event"])
    analysis.refresh(claim.debate_id)
    after = enter().read(path)
    assert (after["is_fresh"], after["event"]) == (True, before["event"] + 1)
    assert after["result"]["labels"][claim.label] == "out"


def test_it_names_people_beside_the_result(enter: Enter, alice: User) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    stored = Analysis.objects.get()
    stored.result = {**(stored.result or {}), "groups": {"of": {str(alice.pk): 0}}}
    stored.save()
    with CaptureQueriesContext(connection) as queries:
        answer = enter().read(f"debates/{debate.slug}/analysis/")
    assert answer["people"][str(alice.pk)]["username"] == "alice"
    assert len(queries) == 3  # the debate, its analysis, the people


def test_of_a_private_debate_only_its_people_have_the_analysis(
    claim: Statement, alice: User, charlie: User, enter: Enter
) -> None:
    debate = claim.debate
    analysis.refresh(debate.pk)
    Debate.objects.filter(pk=debate.pk).update(visibility="private")
    Participation.objects.get_or_create(debate=debate, person=alice)
    path = f"debates/{debate.slug}/analysis/"
    assert enter().send("GET", path).status_code == 404
    assert enter(charlie).send("GET", path).status_code == 404
    assert enter(alice).read(path)["result"]


def test_an_analysis_holds_no_words(enter: Enter) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    told = str(enter().read(f"debates/{debate.slug}/analysis/")["result"])
    said = [
        one for body in debate.statements.values_list("body", flat=True) for one in body.split()
    ]
    words = {word for word in said if len(word) > 9}
    assert len(words) > 10
    assert not [word for word in words if word in told]


def test_the_course_says_how_it_stood_after_each_change(
    claim: Statement, bob: User, enter: Enter
) -> None:
    path = f"debates/{claim.debate.slug}/analysis/course/"
    assert enter().read(path) == {"points": []}
    analysis.refresh(claim.debate_id)
    statements.reply(claim.parent or claim, by=bob, kind="objection", on="truth", body="No.")
    analysis.refresh(claim.debate_id)
    answer = enter().read(path)
    fits("CourseOut", answer)
    assert [one["positions"]["P1"]["label"] for one in answer["points"]] == ["in", "out"]


def test_one_is_told_what_to_mark_and_what_awaits_one(
    claim: Statement, alice: User, bob: User, enter: Enter
) -> None:
    path = f"debates/{claim.debate.slug}/you/"
    assert enter().send("GET", path).status_code == 401
    question = statements.reply(claim, by=bob, kind="question", body="Is it so?")
    analysis.refresh(claim.debate_id)
    answer = enter(alice).read(path)
    fits("YoursOut", answer)
    assert [one["id"] for one in answer["open"]] == [question.pk]
    assert claim.pk not in [one["id"] for one in answer["questions"]]
    asked = enter(bob).read(path)
    assert claim.pk in [one["id"] for one in asked["questions"]]
    assert asked["again"] == []


def test_a_result_names_its_statements_by_id(enter: Enter) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    analysis.refresh(debate.pk)
    said = {one.label: one.pk for one in debate.statements.all()}
    result = enter().read(f"debates/{debate.slug}/analysis/")["result"]
    for key in ("common_ground", "next", "minds"):
        assert all(one["statement"] == said[one["claim"]] for one in result[key])
    assert all(one["statement"] == said[one["point"]] for one in result["open"])
    assert all(one["statement"] == said[one["claim"]] for one in result["cruxes"]["double"])
