"""Who leaves is gone at once, and the debate can still be read."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import actions as accounts
from accounts.models import ApiToken, FormerName, User, name_digest
from debate.actions import (
    cleaning,
    drafts,
    exports,
    following,
    idempotency,
    jobs,
    leaving,
    marks,
    speakers,
    statements,
)
from debate.actions.refusals import Conflict
from debate.formats.outline import Person
from debate.models import (
    Debate,
    DraftPoint,
    Event,
    JobFailure,
    Mark,
    Reliance,
    Report,
    Statement,
    Visit,
)
from debate.selectors import leaving as selectors
from tests import factories, lives, traces
from tests.jobs.test_cleaning import work
from tests.streams import session_of

BOTH = pytest.mark.parametrize("withdraw", [False, True], ids=["keep", "withdraw"])


def gone(person: User, *, withdraw: bool = False) -> User:
    leaving.leave(by=person, withdraw=withdraw)
    leaving.finish(person.pk, withdraw=withdraw)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def life(db: None) -> lives.Life:
    return lives.lived()


def test_at_once_nobody_can_enter_and_no_name_is_left_in_the_account(life: lives.Life) -> None:
    key = session_of(life.person)
    assert ApiToken.objects.count() == 2
    leaving.leave(by=life.person, withdraw=False)
    person = User.objects.get(pk=life.person.pk)
    bot = User.objects.get(pk=life.bot.pk)
    assert (person.shown_name, bot.shown_name) == ("former member", "former bot")
    assert (person.email, person.last_login) == ("", None)
    assert not person.is_active
    assert not bot.is_active
    assert not person.has_usable_password()
    assert (person.is_former, bot.is_former, bot.owner) == (True, True, person)
    assert not ApiToken.objects.exists()
    browser = Client()
    browser.cookies["sessionid"] = key
    assert browser.get("/accounts/access/").status_code == 302
    login = {"login": lives.MAIL, "password": lives.PASSWORD}
    assert Client().post("/accounts/login/", login).status_code == 200  # refused


def test_whom_they_had_blocked_is_not_left_in_the_account(alice: User, bob: User) -> None:
    following.follow_person(alice, by=bob, level="blocked")
    assert User.objects.get(pk=bob.pk).blocked == [alice.pk]
    assert gone(bob).blocked == []


def test_what_was_said_stays_as_a_former_members(life: lives.Life) -> None:
    before = list(Statement.objects.order_by("pk").values("pk", "body", "status", "withdrawn_at"))
    counts = list(Statement.objects.order_by("pk").values("agree_count", "disagree_count"))
    events = Event.objects.count()
    person = gone(life.person)
    assert list(Statement.objects.order_by("pk").values(*before[0])) == before
    assert list(Statement.objects.order_by("pk").values(*counts[0])) == counts
    assert Event.objects.count() == events
    assert Mark.objects.filter(person=person).exists()
    assert Reliance.objects.filter(person=person).exists()
    assert Report.objects.get().reporter == person


def test_what_was_said_is_withdrawn_where_the_person_chose_so(life: lives.Life) -> None:
    person = gone(life.person, withdraw=True)
    ids = [person.pk, life.bot.pk]
    said = Statement.objects.filter(author__in=ids)
    assert said.count() > 5
    assert not said.filter(withdrawn_at=None).exists()
    assert not Mark.objects.filter(person__in=ids).exists()
    assert not Reliance.objects.filter(person__in=ids).exists()
    life.claim.refresh_from_db()
    assert life.claim.disagree_count == 0
    assert life.claim.withdrawn_at is None
    statement = said.get(body="Summed up.")
    page = Client().get(f"/s/{statement.pk}/").content.decode()
    assert "withdrawn by its author" in page
    assert "Summed up." not in page


@BOTH
def test_the_job_can_be_done_twice_and_is_done_in_small_steps(
    life: lives.Life, withdraw: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "AT_ONCE", 2)
    gone(life.person, withdraw=withdraw)
    events = Event.objects.count()
    rows = [traces.dumps()]
    leaving.finish(life.person.pk, withdraw=withdraw)
    rows.append(traces.dumps())
    assert Event.objects.count() == events
    assert rows[0] == rows[1]


def test_archives_are_withdrawn_from_too(life: lives.Life) -> None:
    Debate.objects.update(state="archived")
    gone(life.person, withdraw=True)
    assert not Statement.objects.filter(author=life.person, withdrawn_at=None).exists()


def test_an_account_in_use_is_never_finished_off(alice: User) -> None:
    with pytest.raises(User.DoesNotExist):
        leaving.finish(alice.pk, withdraw=True)


@pytest.mark.django_db(transaction=True)
@BOTH
def test_no_trace_of_who_left_is_anywhere(
    withdraw: bool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = lives.lived()
    export, _ = exports.start(by=life.person)
    exports.gather(export.pk)
    jobs.note_failure(99, name="x", error=ValueError(f"no mail to {lives.MAIL}"))
    sessions = [session_of(life.person), session_of(life.other)]
    words = [*lives.TRACES, life.person.password]
    before = traces.found(words, traces.dumps())
    looked_for = {word for _, word in before}
    assert {lives.MAIL, lives.OTHER_MAIL, lives.USERNAME, lives.NAME, lives.BOT} <= looked_for
    assert len({place for place, _ in before}) >= 8
    with caplog.at_level(logging.DEBUG):
        monkeypatch.setattr(logging.getLogger("django"), "propagate", True)
        for logger in ("django.db.backends", "asyncio"):
            logging.getLogger(logger).setLevel(logging.INFO)
        browser = Client(REMOTE_ADDR=lives.ADDRESS, headers={"User-Agent": lives.AGENT})
        browser.force_login(life.person)
        sent = {
            "password": lives.PASSWORD,
            "statements": "withdraw" if withdraw else "keep",
        }
        assert browser.post("/accounts/deletion/", sent).status_code == 302
        work()
        for path in (f"/u/{lives.USERNAME}/", f"/api/v1/people/{lives.BOT}/", f"/x/{lives.BOT}"):
            assert Client().get(path).status_code == 404
    assert "GET u/<slug:username>/ 404" in caplog.text
    assert "GET an address that is not there 404" in caplog.text
    texts = traces.dumps()
    assert len(texts) > 30
    texts["log"] = caplog.text
    assert traces.found(words, texts) == []
    assert traces.found(["former member"], texts)
    assert not JobFailure.objects.exclude(error=leaving.GONE).exists()
    assert not ProcrastinateJob.objects.exists()
    assert Session.objects.filter(pk__in=sessions).count() == 1
    assert "former member" in LogEntry.objects.values_list("object_repr", flat=True)


@BOTH
def test_every_page_can_be_read_afterwards_and_names_nobody(
    life: lives.Life, mara: User, withdraw: bool
) -> None:
    gone(life.person, withdraw=withdraw)
    slug = life.debate.slug
    pages = [f"/d/{slug}/{view}" for view in ("", "exchange/", "open/", "history/", "?bots=hide")]
    pages += [f"/s/{pk}/" for pk in Statement.objects.values_list("pk", flat=True)]
    pages += [f"/s/{life.claim.pk}/marks/", "/moderation/", "/", f"/u/{life.other.username}/"]
    pages += [f"/api/v1/debates/{slug}/{one}" for one in ("", "statements/", "turns/", "events/")]
    pages += [f"/api/v1/debates/{slug}/cruxes/", f"/api/v1/debates/{slug}/open/"]
    shown = ""
    for viewer in (None, life.other, mara):
        client = Client()
        if viewer:
            client.force_login(viewer)
        for page in pages:
            answer = client.get(page)
            assert answer.status_code in (200, 404), page
            html = answer.content.decode()
            shown += html
            assert traces.found(lives.TRACES, {page: html}) == []
            assert not re.search(rf"(?<!\w)_{life.person.pk}\b", html)
            assert "/u/_" not in html
    assert "former member" in shown
    if not withdraw:
        assert "bot of former member" in shown
    for name in (lives.USERNAME, f"_{life.person.pk}", f"_{life.bot.pk}"):
        assert Client().get(f"/u/{name}/").status_code == 404
        assert Client().get(f"/api/v1/people/{name}/").status_code == 404


def refusal(by: User, username: str) -> list[str]:
    with pytest.raises(ValidationError, match="taken") as refused:
        accounts.create_bot(by=by, username=username)
    return refused.value.message_dict["username"]


def test_nobody_else_can_take_the_names(life: lives.Life, alice: User) -> None:
    gone(life.person)
    assert FormerName.objects.count() == 5
    for name in (lives.USERNAME, lives.BOT, lives.EARLIER, "wandaqui11"):
        form = {"username": name, "email": "new@mail.example", "password1": "a long password 7"}
        page = Client().post("/accounts/signup/", form)
        assert page.status_code == 200
        assert "This username is taken" in page.content.decode()
        assert refusal(alice, name) == refusal(alice, life.other.username)
    for name in (lives.NAME, "Wanda Qui11feather", lives.USERNAME, lives.BOT_NAME):
        with pytest.raises(ValidationError, match="looks like another"):
            accounts.rename(alice, by=alice, username="alice", name=name)
    free = accounts.create_bot(by=alice, username="wandaquill2")
    assert free.username == "wandaquill2"
    for name in (lives.USERNAME, lives.BOT, lives.EARLIER):
        [imported] = speakers.made([Person("p", "A Speaker", username=name)]).values()
        assert imported.username != name
    accounts.rename(alice, by=alice, username="rosalind", name="")
    [imported] = speakers.made([Person("p", "Alice")]).values()
    assert imported.username == "alice-2"


def test_a_kept_answer_that_named_who_left_is_a_conflict_and_is_not_worked_out_again(
    life: lives.Life,
) -> None:
    unnamed = {"body": {"author": f"un{lives.USERNAME}s"}}
    factories.IdempotencyKeyFactory.create(
        account=life.other, key="u", fingerprint="f", answer=unnamed
    )
    gone(life.person)
    for key in range(5):
        with pytest.raises(Conflict, match="carried out"):
            idempotency.once(f"o{key}", by=life.other, fingerprint="f", do=dict)
    found = idempotency.once("u", by=life.other, fingerprint="f", do=dict)
    assert found == (unnamed, False)


def test_the_hash_of_a_name_needs_the_key(life: lives.Life, settings: Any) -> None:
    gone(life.person)
    digests = set(FormerName.objects.values_list("digest", flat=True))
    assert name_digest(lives.USERNAME.upper()) in digests
    settings.FORMER_NAMES_KEY = "another key"
    assert name_digest(lives.USERNAME) not in digests


def test_the_last_moderator_and_the_last_administrator_stay(mara: User, alice: User) -> None:
    with pytest.raises(PermissionDenied, match="last moderator"):
        leaving.leave(by=mara, withdraw=False)
    root = factories.UserFactory.create(is_staff=True, is_superuser=True)
    with pytest.raises(PermissionDenied, match="last administrator"):
        leaving.leave(by=root, withdraw=False)
    gone(mara)
    gone(alice)
    with pytest.raises(PermissionDenied, match="last moderator"):
        leaving.leave(by=root, withdraw=False)


@pytest.mark.django_db(transaction=True)
def test_of_moderators_who_leave_side_by_side_one_stays() -> None:
    many = [factories.UserFactory.create(is_staff=True) for _ in range(6)]

    def go(person: User) -> str:
        try:
            leaving.leave(by=person, withdraw=False)
        except PermissionDenied as error:
            return str(error)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(6) as pool:
        refused = [reason for reason in pool.map(go, many) if reason]
    assert len(refused) == 1
    assert User.objects.filter(is_staff=True, is_active=True).count() == 1


def test_bots_and_imported_speakers_do_not_leave_by_themselves(rob: User) -> None:
    speaker = factories.UserFactory.create(kind="imported")
    for account in (rob, speaker):
        with pytest.raises(PermissionDenied):
            leaving.leave(by=account, withdraw=False)


def test_what_a_request_wrote_meanwhile_goes_with_the_hourly_cleaning(
    claim: Statement, bob: User
) -> None:
    gone(bob)
    drafts.keep(claim, by=bob, key="late", wording=drafts.Wording(body="Too late."))
    factories.VisitFactory.create(person=bob, debate=claim.debate)
    assert cleaning.clean()["late"] == 2
    assert not Visit.objects.exists()


def test_private_debates_that_nobody_else_leads_are_told_of_first(alice: User, bob: User) -> None:
    private = factories.DebateFactory.create(starter=alice, visibility="private")
    public = factories.DebateFactory.create(starter=alice)
    for debate in (private, public):
        factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    factories.ParticipationFactory.create(debate=private, person=bob)
    assert selectors.parting(alice).alone == [(private, 1)]
    factories.ParticipationFactory.create(debate=private, role="facilitator")
    assert selectors.parting(alice).alone == []


def test_marks_of_who_left_keep_their_weight(claim: Statement, bob: User, charlie: User) -> None:
    marks.mark(claim, by=bob, truth="agree")
    gone(bob)
    claim.refresh_from_db()
    assert (claim.agree_count, claim.status) == (2, "granted")
    page = Client().get(f"/s/{claim.pk}/").content.decode()
    assert "former member grants it" in page
    statements.reply(claim, by=charlie, kind="question", body="Who was that?")


def test_a_draft_of_somebody_who_stays_is_left_alone(claim: Statement, bob: User) -> None:
    drafts.keep(claim, by=bob, key="mine", wording=drafts.Wording(body="Mine."))
    other = factories.UserFactory.create()
    gone(other)
    assert DraftPoint.objects.get().author == bob
