"""An export has all of one's own, and nothing of others."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import limits
from accounts.models import User
from debate.actions import cleaning, exports, moderation, statements, structure
from debate.models import Debate, Export, ExportPart, Statement
from debate.models.naming import SECTIONS
from debate.models.personal import POLICIES
from debate.selectors import exports as selectors
from debate.text.documents import Html, Json, Words
from tests import factories, lives


def gathered(person: User) -> dict[str, str]:
    export, _ = exports.start(by=person)
    exports.gather(export.pk)
    return {form: read(person, form) for form in ("json", "html")}


def read(person: User, form: str) -> str:
    parts = selectors.parts(person, form)
    texts = ExportPart.objects.in_bulk(parts)
    return "".join(texts[part].text for part in parts)


@pytest.fixture
def life(db: None) -> lives.Life:
    return lives.lived()


def test_an_export_has_as_many_rows_of_each_table_as_the_database(life: lives.Life) -> None:
    files = gathered(life.person)
    told = json.loads(files["json"])
    ids = [life.person.pk, life.bot.pk]
    compared = 0
    for policy in POLICIES:
        app, _, model = policy.model.partition(".")
        if not policy.key or app not in {config.label for config in apps.get_app_configs()}:
            continue
        found = apps.get_model(app, model)._default_manager.filter(**{f"{policy.whose}__in": ids})
        assert found.count() > 0, policy.model
        assert len(told[policy.key]) == found.count(), policy.model
        heading = f"<h2>{SECTIONS[policy.key]}: {found.count()}</h2>"
        assert heading in files["html"]
        compared += 1
    assert compared >= 20
    assert files["html"].count("<article>") == Export.objects.get().total


def test_it_has_ones_own_words_with_their_earlier_wordings(life: lives.Life) -> None:
    told = json.loads(gathered(life.person)["json"])
    bodies = {one["body"]: one for one in told["statements"]}
    assert {"It is so.", "Because of that.", "Summed up."} <= bodies.keys()
    assert bodies["Summed up."]["account"] == lives.BOT
    assert told["earlier_wordings"][0]["body"] == "Because of this."
    assert {one["email"] for one in told["mail_addresses"]} == {lives.MAIL, lives.OTHER_MAIL}
    assert {one["name"] for one in told["tokens"]} == {"my laptop", "weekly"}
    assert [one["truth"] for one in told["history_of_marks"] if one["because"] is None][:2]


def test_nothing_that_others_hid_or_took_back_is_in_it(life: lives.Life) -> None:
    files = gathered(life.person)
    for text in files.values():
        for canary in lives.CANARIES:
            assert canary not in text
    assert "digest" not in files["json"]
    assert life.person.password not in files["json"]


def test_it_quotes_what_one_may_still_read(life: lives.Life) -> None:
    told = json.loads(gathered(life.person)["json"])
    [mark] = [one for one in told["marks"] if one["statement"] == life.claim.pk]
    assert mark["quote"] == "never"
    life.person.is_staff = True
    life.person.save()
    assert lives.HIDDEN in gathered(life.person)["json"]  # moderators read what is hidden


def wordings(person: User) -> list[tuple[str | None, str | None]]:
    told = json.loads(gathered(person)["json"])["earlier_wordings"]
    return [(one["body"], one["reason"]) for one in told]


def test_words_of_others_that_one_has_split_are_told_while_one_may_read_them(
    claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    factories.ParticipationFactory.create(debate=claim.debate, person=charlie, role="facilitator")
    body = "It is not so.\n\nNobody asked."
    said = statements.reply(claim, by=bob, kind="remark", body=body)
    structure.split(said, exact="Nobody asked.", kind="remark", by=charlie, reason="Two.")
    assert wordings(charlie) == [(body, "Two.")]
    moderation.hide(said, by=mara, reason="Rude.")
    assert wordings(charlie) == [(None, None)]


def test_ones_own_earlier_wordings_are_told_wherever_they_stand(
    claim: Statement, alice: User, mara: User
) -> None:
    before = claim.body
    statements.edit(claim, by=alice, body="Otherwise.", revision=1, reason="Clearer.")
    moderation.hide(claim, by=mara, reason="Rude.")
    Debate.objects.filter(pk=claim.debate_id).update(visibility="private")
    assert not Debate.objects.visible_to(alice).exists()
    assert wordings(alice) == [(before, "Clearer.")]


def test_the_page_is_one_file_without_a_script(life: lives.Life) -> None:
    Statement.objects.filter(author=life.person).update(body='<script>alert("x")</script>')
    page = gathered(life.person)["html"]
    assert page.startswith("<!doctype html>")
    assert "&lt;script&gt;" in page
    assert not re.search(r"<script|<link|<img|src=|href=|\son\w+=", page)


def test_the_page_is_for_people(alice: User) -> None:
    factories.ApiTokenFactory.create(user=alice, scopes=["mark", "read"])
    page = gathered(alice)["html"]
    assert "<h2>Tokens: 1</h2>" in page
    assert "<dd>mark, read</dd>" in page
    assert "<dt>Standing was set by a moderator</dt><dd>no</dd>" in page
    assert ": 0</h2>" not in page
    assert page.count("<section>") == page.count("</section>") == 1 + page.count("Tokens")
    assert not re.search(r"<dt>(Is active|Is standing set)</dt>|\[&quot;", page)
    json_has = json.loads(gathered(alice)["json"])
    assert json_has["statements"] == []


def test_one_runs_at_a_time_and_a_new_one_takes_the_place_of_the_old(alice: User) -> None:
    first, is_new = exports.start(by=alice)
    assert is_new
    assert exports.start(by=alice) == (first, False)
    assert ProcrastinateJob.objects.filter(task_name="export").count() == 1
    exports.gather(first.pk)
    second, is_new = exports.start(by=alice)
    assert is_new
    exports.gather(first.pk)  # of a job that comes late
    exports.gather(second.pk)
    exports.gather(second.pk)
    assert Export.objects.get() == second
    assert ExportPart.objects.count() == 2


def test_nobody_has_the_worker_export_all_day(alice: User, bob: User) -> None:
    for _ in range(limits.EXPORTS.most):
        export, _ = exports.start(by=alice)
        exports.gather(export.pk)
    with pytest.raises(limits.LimitReached):
        exports.start(by=alice)
    assert Export.objects.get() == export
    exports.start(by=bob)


def test_one_that_stands_still_can_be_started_again(alice: User) -> None:
    first, _ = exports.start(by=alice)
    Export.objects.update(moved_at=timezone.now() - timedelta(minutes=11))
    told = selectors.progress(alice)
    assert told
    assert told.is_stuck
    second, is_new = exports.start(by=alice)
    assert is_new
    assert second.pk != first.pk


def test_what_an_earlier_run_left_is_written_anew(alice: User) -> None:
    export, _ = exports.start(by=alice)
    ExportPart.objects.create(export=export, format="json", number=1, text="half a fi")
    exports.gather(export.pk)
    parts = selectors.parts(alice, "json")
    assert json.loads(ExportPart.objects.get(pk__in=parts).text)["account"] == "alice"


def test_the_files_go_after_a_day(alice: User) -> None:
    gathered(alice)
    Export.objects.update(finished_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert cleaning.clean()["exports"] == 0
    assert selectors.parts(alice, "html")
    Export.objects.update(finished_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert not selectors.parts(alice, "html")
    assert selectors.progress(alice) is None
    assert cleaning.clean()["exports"] == 1
    assert not ExportPart.objects.exists()


def test_bots_and_suspended_people_have_none(rob: User, alice: User) -> None:
    with pytest.raises(PermissionDenied):
        exports.start(by=rob)
    alice.is_active = False
    with pytest.raises(PermissionDenied):
        exports.start(by=alice)


def test_a_long_one_comes_in_parts_and_with_a_few_queries_each(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = factories.PositionFactory.create(author=alice)
    for _ in range(30):
        factories.RemarkFactory.create(parent=position, author=alice, body="Long. " * 200)
    monkeypatch.setattr(exports, "PART", 5000)
    export, _ = exports.start(by=alice)
    with CaptureQueriesContext(connection) as queries:
        exports.gather(export.pk)
    assert ExportPart.objects.filter(format="json").count() > 5
    assert len(queries) < 96 + 2 * ExportPart.objects.count()
    files = gathered(alice)
    assert len(json.loads(files["json"])["statements"]) == 31


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_documents_are_whole_however_many_rows_they_have(rows: int) -> None:
    for document in (Json(), Html(Words("en", str, str, str))):
        pieces = [document.begin("T", {"a": 1})]
        for key in ("one", "two"):
            pieces.append(document.section(key, key, rows))
            pieces += [document.row({"x": n, "y": None}) for n in range(rows)]
        text = "".join([*pieces, document.end()])
        if isinstance(document, Json):
            told: Any = json.loads(text)
            assert [row["x"] for row in told["two"]] == list(range(rows))
        else:
            assert text.count("<article>") == text.count("</article>") == 2 * rows
            assert text.count("<section>") == text.count("</section>") == 2 * bool(rows)


def test_the_page_speaks_the_persons_language_and_the_data_does_not(life: lives.Life) -> None:
    User.objects.filter(pk=life.person.pk).update(language="de")
    files = gathered(User.objects.get(pk=life.person.pk))
    assert '<html lang="de">' in files["html"]
    assert "<h2>Aussagen: " in files["html"]
    assert "<dt>Art</dt><dd>Stütze</dd>" in files["html"]
    assert "<dt>In Gebrauch</dt><dd>ja</dd>" in files["html"]
    told = json.loads(files["json"])
    assert "support" in {one["kind"] for one in told["statements"]}
