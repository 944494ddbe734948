"""Bringing debates in by the pages, and taking them out as files."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from debate.actions import statements
from debate.models import Debate, Import, Statement

TALK = "Ann: So it is, and has long been so.\n\nBob: > it is, and has long\nNo, it was not.\n"
SENT = {"format": "exchange", "text": TALK, "question": "Is it?", "visibility": "unlisted"}


@pytest.fixture
def reader(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def brought(reader: Client, **sent: object) -> Import:
    answer = reader.post("/imports/", {**SENT, **sent})
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("pk")


def test_a_file_is_shown_first_and_written_when_its_person_says_so(reader: Client) -> None:
    made = brought(reader, text="", file=SimpleUploadedFile("../talk.txt", TALK.encode()))
    assert (made.state, made.name) == ("ready", "talk.txt")
    page = reader.get(f"/imports/{made.pk}/").content.decode()
    assert "So it is, and has long been so." in page
    assert '<blockquote class="found-quote">it is, and has long</blockquote>' in page
    assert not Debate.objects.exists()
    reader.post(f"/imports/{made.pk}/confirmation/")
    debate = Debate.objects.get()
    assert (debate.question, debate.visibility) == ("Is it?", "unlisted")
    made.refresh_from_db()
    assert (made.state, bytes(made.data), made.debate) == ("done", b"", debate)
    assert f"/d/{debate.slug}/" in reader.get(f"/imports/{made.pk}/").content.decode()
    again = reader.post(f"/imports/{made.pk}/confirmation/", follow=True)
    assert "not there to be changed any more" in again.content.decode()
    assert Debate.objects.count() == 1
    assert "No, it was not." in reader.get(f"/d/{debate.slug}/").content.decode()


def test_choices_are_read_again_and_a_second_time_brings_up_to_date(reader: Client) -> None:
    made = brought(reader)
    said = {"question": "Is it so?", "visibility": "unlisted", "choice:kind:L4": "question"}
    reader.post(f"/imports/{made.pk}/choices/", said)
    reader.post(f"/imports/{made.pk}/confirmation/")
    assert Statement.objects.get(ordinal=1, kind="question")
    again = brought(reader)
    assert again.into == Debate.objects.get()
    reader.post(f"/imports/{again.pk}/confirmation/")
    assert Statement.objects.count() == 2
    other = brought(reader)
    reader.post(f"/imports/{other.pk}/choices/", {**said, "into": ""})
    reader.post(f"/imports/{other.pk}/confirmation/")
    assert Debate.objects.count() == 2


def test_a_refused_form_keeps_what_was_chosen_in_it(reader: Client) -> None:
    stray = TALK.replace("> it is, and has long", "> nothing of the kind")
    for text, key, value in (
        (TALK, "choice:kind:L4", "question"),
        (stray, "choice:line 3", "is no quotation"),
    ):
        made = brought(reader, text=text)
        chosen = f'<option value="{value}" selected>'
        assert chosen not in reader.get(f"/imports/{made.pk}/").content.decode()
        sent = {"question": "Is it?", "visibility": "unlisted", "turns_at": "first", key: value}
        refused = reader.post(f"/imports/{made.pk}/choices/", sent)
        assert refused.status_code == 422
        assert chosen in refused.content.decode()


def test_what_cannot_be_read_says_why_and_keeps_what_was_typed(reader: Client) -> None:
    empty = reader.post("/imports/", {**SENT, "text": " "})
    assert empty.status_code == 422
    assert "Choose a file" in empty.content.decode()
    assert "Is it?" in empty.content.decode()
    made = brought(reader, format="crux", text="{")
    assert made.state == "failed"
    page = reader.get(f"/imports/{made.pk}/").content.decode()
    assert "This is no JSON: line 1" in page
    reader.post(f"/imports/{made.pk}/removal/")
    assert not Import.objects.exists()
    User.objects.update(standing="new")
    public = reader.post("/imports/", {**SENT, "visibility": "public"})
    assert public.status_code == 422
    assert "unlisted or private at first" in public.content.decode()


def test_a_file_tells_its_format_by_its_name(reader: Client) -> None:
    file = SimpleUploadedFile("Talk.CRUX.json", b"{")
    assert brought(reader, format="", text="", file=file).format == "crux"
    for unknown in ({"file": SimpleUploadedFile("talk.json", b"{}"), "text": ""}, {"text": TALK}):
        refused = reader.post("/imports/", {**SENT, "format": "", **unknown})
        assert refused.status_code == 422
        assert "Choose the format" in refused.content.decode()
        assert "Is it?" in refused.content.decode()


def test_what_may_be_left_empty_is_called_optional(reader: Client) -> None:
    page = reader.get("/imports/").content.decode()
    labels = dict(re.findall(r'<label for="id_(\w+)">(.*?)</label>', page))
    assert {name for name, label in labels.items() if "optional" in label} == {
        *("file", "text", "question", "turns_at")
    }
    assert "format" in labels


def test_what_was_brought_in_is_told_in_numbers(reader: Client) -> None:
    made = brought(reader)
    reader.post(f"/imports/{made.pk}/confirmation/")
    for new, told in ((1, "1 new statement, 3 changed."), (2, "2 new statements, 3 changed.")):
        Import.objects.update(told={"done": {"new": new, "changed": 3}})
        assert f"Brought in: {told}" in reader.get(f"/imports/{made.pk}/").content.decode()


def test_without_a_question_it_is_not_written(reader: Client) -> None:
    made = brought(reader, question="")
    answer = reader.post(f"/imports/{made.pk}/confirmation/")
    assert answer.status_code == 422
    assert "Say which question" in answer.content.decode()
    assert not Debate.objects.exists()


def test_somebody_elses_import_is_not_there(reader: Client, client: Client, bob: User) -> None:
    made = brought(reader)
    client.force_login(bob)
    assert client.get(f"/imports/{made.pk}/").status_code == 404
    assert client.post(f"/imports/{made.pk}/confirmation/").status_code == 404


def test_hostile_html_is_shown_as_text_everywhere(reader: Client) -> None:
    hostile = TALK.replace("No,", "<script>alert(1)</script><img src=x onerror=alert(1)>")
    made = brought(reader, text=hostile)
    assert "<script>alert" not in reader.get(f"/imports/{made.pk}/").content.decode()
    reader.post(f"/imports/{made.pk}/confirmation/")
    page = reader.get(f"/d/{Debate.objects.get().slug}/").content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page


# ---- out
def test_a_debate_is_had_as_files_and_each_says_what_it_loses(
    client: Client, claim: Statement
) -> None:
    at = f"/d/{claim.debate.slug}/"
    page = client.get(at).content.decode()
    assert f'href="{at}downloads/crux/" download' in page
    answer = client.get(f"{at}downloads/crux/")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert f'filename="{claim.debate.slug}.crux.json"' in answer.headers["Content-Disposition"]
    told = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]  # it streams
    assert {"P1", "S1"} <= {point["id"] for point in told["points"]}
    assert client.get(f"{at}downloads/").status_code == 200
    assert (
        "Nothing of this debate is lost"
        in client.get(f"{at}downloads/crux/losses/").content.decode()
    )
    assert "S1" in client.get(f"{at}downloads/exchange/losses/").content.decode()
    assert client.get(f"{at}downloads/none/").status_code == 404


def test_what_is_gone_goes_out_without_words_whoever_asks(
    client: Client, claim: Statement, alice: User, mara: User
) -> None:
    statements.edit(claim, by=claim.author, body="A canary of old.", revision=1)
    statements.edit(claim, by=claim.author, body="A canary of new.", revision=2)
    statements.withdraw(Statement.objects.get(pk=claim.pk), by=claim.author)
    for person in (None, claim.author, mara):
        if person:
            client.force_login(person)
        for format in ("crux", "markdown", "exchange"):
            answer = client.get(f"/d/{claim.debate.slug}/downloads/{format}/")
            written = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # it streams
            assert b"canary" not in written


def test_private_debates_go_out_to_their_people_alone(
    client: Client, claim: Statement, charlie: User
) -> None:
    Debate.objects.update(visibility="private")
    for person in (None, charlie):
        if person:
            client.force_login(person)
        for path in ("", "crux/", "crux/losses/"):
            assert client.get(f"/d/{claim.debate.slug}/downloads/{path}").status_code == 404


def test_a_public_debate_tells_programs_what_it_is(client: Client, debate: Debate) -> None:
    Debate.objects.update(question="Is </script><b> so?", topics=["Books"])
    page = client.get(f"/d/{debate.slug}/").content.decode()
    [block] = re.findall('<script type="application/ld\\+json">(.*?)</script>', page)
    told = json.loads(block)
    assert told["@type"] == "DiscussionForumPosting"
    assert told["headline"] == "Is </script><b> so?"
    assert told["keywords"] == ["Books"]
    Debate.objects.update(visibility="unlisted")
    assert "ld+json" not in client.get(f"/d/{debate.slug}/").content.decode()
