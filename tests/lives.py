"""A person who has left rows in every table that knows people, and whose words others hid."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from accounts import actions as accounts
from accounts import names
from accounts.models import User
from debate.actions import (
    cruxes,
    debates,
    drafts,
    following,
    marks,
    moderation,
    notifying,
    proposals,
    reliances,
    settings,
    statements,
    suspensions,
)
from debate.actions.quotations import Words
from debate.models import Debate, IdempotencyKey, Participation, Report, Statement
from tests import factories

MAIL = "wanda.quill@mail.example"
OTHER_MAIL = "w.quill@work.example"
USERNAME = "wandaquill"
EARLIER = "wanderer-of-old"
NAME = "Wanda Quillfeather"
BOT = "quillbot"
BOT_NAME = "Quill's Summariser"
ADDRESS = "203.0.113.77"
AGENT = "Mozilla/5.0 (Quillbrowser 7)"
TRACES = (MAIL, OTHER_MAIL, USERNAME, EARLIER, NAME, BOT, BOT_NAME, ADDRESS, AGENT, "Quillbrowser")
HIDDEN, WITHDRAWN, PRIVATE = "canary-of-hidden", "canary-of-withdrawn", "canary-of-private"
CANARIES = (HIDDEN, WITHDRAWN, PRIVATE, "Stranger Danger")
PASSWORD = "correct horse"


@dataclass
class Life:
    """The person, their bot, and where they said something."""

    person: User
    bot: User
    debate: Debate
    claim: Statement
    other: User
    moderator: User


def lived() -> Life:
    """Make it, by the actions where there is one."""
    person = factories.UserFactory.create(username=USERNAME, name=NAME, email=MAIL)
    other = factories.UserFactory.create(username="stranger", name="Stranger Danger")
    moderator = factories.UserFactory.create(username="keeper", is_staff=True)
    bot = accounts.create_bot(by=person, username=BOT, name=BOT_NAME)
    stands = [debates.Stand("Yes", "It is so."), debates.Stand("No", "It is not so.")]
    debate = debates.start(by=person, question="Is it so?", positions=stands)
    life = Life(person, bot, debate, debate.statements.get(name="Yes"), other, moderator)
    _say(life)
    _judge(life)
    _be_moderated(life)
    _be_known(life)
    return life


def _say(life: Life) -> None:
    own = statements.reply(life.claim, by=life.person, kind="support", body="Because of this.")
    statements.edit(own, by=life.person, body="Because of that.", revision=1, reason="Clearer.")
    statements.reply(own, by=life.bot, kind="remark", body="Summed up.", generated_by="program")
    quote = Words("It is so")
    life.claim = statements.reply(
        life.claim, by=life.other, kind="objection", on="truth", body="No, never.", quote=quote
    )
    wording = drafts.Wording("support", "", "A draft of mine.")
    drafts.keep(life.claim, by=life.person, key="d1", wording=wording)
    drafts.keep(life.claim, by=life.bot, key="d2", wording=wording)


def _judge(life: Life) -> None:
    marks.mark(life.claim, by=life.person, truth="agree")
    marks.mark(life.claim, by=life.person, truth="disagree", bears="no", quote=Words("never"))
    position = life.debate.statements.get(name="Yes")
    reliances.rely(position, by=life.person, claim=life.claim, words="I would think again.")
    crux = cruxes.put_forward(life.debate, by=life.person, name="That", body="That it is so.")
    marks.mark(crux, by=life.person, truth="agree")
    cruxes.drop(crux, by=life.person, reason="It settles nothing.")
    settings.rename(crux, by=life.person, name="This")
    settings.change(life.debate, by=life.person, question="Is it really so?")
    moderation.report(life.claim, by=life.person, reason="spam", note="Looks like spam.")
    _propose(life)
    factories.InvitationFactory.create(debate=life.debate, made_by=life.person)
    factories.InvitationUseFactory.create(person=life.person)
    suspensions.suspend(life.debate, life.other, by=life.person, reason="Was rude.")
    suspensions.readmit(life.debate, life.other, by=life.person)
    factories.SuspensionFactory.create(person=life.person)
    factories.SuspensionFactory.create(
        person=life.person, debate=None, suspended_by=life.other, ended_at=timezone.now()
    )
    following.follow_person(life.other, by=life.person, level="followed")
    following.follow_person(life.person, by=life.other, level="muted")
    notifying.notify()


def _propose(life: Life) -> None:
    """The person and their bot propose, and the person decides on what another one proposed."""
    wanted = proposals.Wanted("retype", life.claim, becomes="support")
    proposals.propose(life.debate, wanted, by=life.person, reason="It gives a reason.")
    crux = proposals.Wanted("crux", name="Those", body="That those are so.")
    proposals.propose(
        life.debate, crux, by=life.bot, reason="All rest on it.", generated_by="model"
    )
    other = proposals.Wanted("crux", name="These", body="That these are so.")
    made = proposals.propose(life.debate, other, by=life.other, reason="Some rest on it.")
    proposals.refuse(made, by=life.person, reason="It is a matter of words.")


def _be_moderated(life: Life) -> None:
    """Words of others that the person quoted, and may not read any more."""
    position = life.debate.statements.get(name="Yes")
    for canary in (HIDDEN, WITHDRAWN):
        said = statements.reply(position, by=life.other, kind="remark", body=f"So {canary} is.")
        _quote(life.person, said, canary)
        if canary == HIDDEN:
            moderation.hide(said, by=life.moderator, reason="Not for here.")
        else:
            statements.withdraw(said, by=life.other)
    private = factories.DebateFactory.create(
        starter=life.other, visibility="private", question=f"About {PRIVATE}?", slug=PRIVATE
    )
    inside = Participation.objects.create(debate=private, person=life.person)
    said = factories.PositionFactory.create(
        debate=private, author=life.other, body=f"So {PRIVATE} is."
    )
    _quote(life.person, said, PRIVATE)
    inside.delete()


def _quote(person: User, said: Statement, canary: str) -> None:
    statements.reply(said, by=person, kind="support", body="As you say.", quote=Words(canary))
    marks.mark(said, by=person, truth="agree", quote=Words(canary))
    wording = drafts.Wording("remark", "", "Later.", Words(canary))
    drafts.keep(said, by=person, key=f"of-{canary}", wording=wording)


def _be_known(life: Life) -> None:
    """Where accounts, requests and the admin remember people."""
    address = EmailAddress.objects.create(user=life.person, email=MAIL, primary=True)
    EmailAddress.objects.create(user=life.person, email=OTHER_MAIL)
    EmailConfirmation.objects.create(email_address=address, key="k" * 40)
    accounts.create_token(life.person, by=life.person, name="my laptop", scopes=["read"])
    accounts.create_token(life.bot, by=life.person, name="weekly", scopes=["write"])
    life.person.groups.add(Group.objects.create(name="readers"))
    life.person.user_permissions.add(Permission.objects.order_by("pk")[0])
    hook = factories.WebhookFactory.create(account=life.person, url=f"https://{USERNAME}.example/")
    factories.DeliveryFactory.create(webhook=hook)
    IdempotencyKey.objects.create(
        account=life.person, key="k1", fingerprint="f", answer={"body": {"author": USERNAME}}
    )
    _be_known_to_others(life)
    kind = ContentType.objects.get_for_model(User)
    for who, whom in ((life.person, life.other), (life.moderator, life.person)):
        LogEntry.objects.create(
            user=who,
            content_type=kind,
            object_id=str(whom.pk),
            object_repr=str(whom),
            action_flag=CHANGE,
            change_message="[]",
        )
    moderation_act(life)
    factories.ImportFactory.create(person=life.person)
    factories.RenameFactory.create(account=life.person, before=EARLIER, after=USERNAME)
    factories.LookFactory.create(account=life.person, look=names.look(EARLIER))
    browser = Client(REMOTE_ADDR=ADDRESS, headers={"User-Agent": AGENT})
    entered = browser.post("/accounts/login/", {"login": USERNAME, "password": PASSWORD})
    assert entered.status_code == 302
    browser.get(f"/d/{life.debate.slug}/")
    be_safe(life)


def _be_known_to_others(life: Life) -> None:
    """Answers kept for others' requests, which name the person: one to each of their names."""
    for key, named in enumerate((USERNAME, NAME, BOT_NAME, f"/u/{BOT}/", f"by {EARLIER}.")):
        IdempotencyKey.objects.create(
            account=life.other, key=f"o{key}", fingerprint="f", answer={"body": {"author": named}}
        )


def moderation_act(life: Life) -> None:
    """The person was a moderator once, was looked at by some, and has appealed."""
    factories.HeldFactory.create(author=life.person, debate=life.debate)
    factories.HeldFactory.create(
        decided_by=life.person, state="refused", decided_at=life.debate.created_at
    )
    factories.FirstStatementFactory.create(author=life.person)
    factories.FirstStatementFactory.create(decided_by=life.person)
    Report.objects.filter(reporter=life.person).update(decided_by=life.person)
    factories.PersonNoteFactory.create(person=life.person, author=life.moderator)
    factories.PersonNoteFactory.create(author=life.person)
    factories.HiddenLookFactory.create(moderator=life.person)
    factories.SavedFilterFactory.create(owner=life.person)
    factories.ModerationActFactory.create(
        statement=life.claim, moderator=life.person, act="dismiss"
    )
    told = {"statement": life.claim, "moderator": life.moderator}
    against = factories.ModerationActFactory.create(**told, person=life.person)
    factories.AppealFactory.create(act=against)
    other = factories.ModerationActFactory.create(**told, person=life.other)
    decided = {"state": "upheld", "decided_by": life.person, "decided_at": timezone.now()}
    factories.AppealFactory.create(act=other, **decided)


def be_safe(life: Life) -> None:
    """A second factor, and an account elsewhere."""
    Authenticator.objects.create(user=life.person, type="totp", data={"secret": "sealed"})
    if apps.is_installed("allauth.socialaccount"):
        elsewhere = apps.get_model("socialaccount.SocialAccount").objects.create(
            user=life.person, provider="oidc", uid=f"{USERNAME}-7", extra_data={"email": MAIL}
        )
        tokens = apps.get_model("socialaccount.SocialToken").objects
        tokens.create(account=elsewhere, token="a token of theirs")
