"""A small world to ask for rights in: three debates, the nine identities, things of each kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory

from accounts import actions as accounts
from accounts.models import ApiToken, User
from debate.actions import (
    cruxes,
    drafts,
    invitations,
    mailing,
    marks,
    moderation,
    proposals,
    reliances,
    statements,
    structure,
    suspensions,
)
from debate.models import (
    Debate,
    Invitation,
    Link,
    MarkChange,
    ModerationAct,
    Proposal,
    Statement,
)
from tests import factories, streams
from tests.rights.routes import Route
from tests.rights.table import IDENTITIES, PLACES

PEOPLE = [name for name in IDENTITIES if not name.endswith("token")]
SESSION = "accounts.reading.Accounts"


@dataclass
class Who:
    """One of the nine; `person` None for visitors. Tokens are those of programs.

    The suspended one was signed in before.
    """

    name: str
    person: User | None
    key: str = ""
    session: str = ""

    @property
    def is_bot(self) -> bool:
        return self.person is not None and self.person.is_bot

    def client(self, door: str) -> Client:
        """A client of the door: programs are known by tokens only, all else by sessions only."""
        if door in ("api", "mcp"):
            return Client(headers={"Authorization": f"Bearer {self.key}"} if self.key else {})
        client = Client()
        if self.session:
            client.cookies["sessionid"] = self.session
        return client


@dataclass
class Place:
    """A debate and what is in it. `changes` has each person's newest change of a mark."""

    debate: Debate
    position: Statement
    claim: Statement
    crux: Statement
    dropped: Statement
    marked: Statement
    hushed: Statement
    link: Invitation
    act: ModerationAct
    judged: ModerationAct
    bond: Link
    proposal: Proposal
    proposed: Proposal
    reported: int = 0
    changes: dict[str, int] = field(default_factory=dict)


@dataclass
class World:
    """The places by name, and who asks, by name."""

    places: dict[str, Place]
    who: dict[str, Who]
    token: ApiToken
    rows: dict[str, int]


def build() -> World:
    """Make all of it."""
    who = _everybody()
    author = _person(who, "author")
    token, _ = accounts.create_token(author, by=author, name="own", scopes=["read"])
    factories.BotFactory.create(username="own-bot", owner=author)
    zoe = factories.UserFactory.create(username="zoe")
    for name in ("paul", "sam", "nora"):
        factories.UserFactory.create(username=name)
    places = {name: _place(name, who, zoe) for name in PLACES}
    topic = factories.TopicFactory.create(name="Weather")
    rows = _rows(places["public"], author, topic.pk)
    sent = factories.DeliveryFactory.create(webhook__account=author, state="delivered")
    rows |= {"own webhook": sent.webhook_id, "own delivery": sent.pk}
    rows["own import"] = factories.ImportFactory.create(person=author).pk
    for place in places.values():
        place.reported = rows["debate_report"]
    return World(places, who, token, rows)


def _rows(place: Place, author: User, topic: int) -> dict[str, int]:
    """A row of each noun that moderators look at, by the noun."""
    reported = factories.RemarkFactory.create(parent=place.position)  # no dispute of theirs
    return {
        "accounts_user": author.pk,
        "auth_user": author.pk,
        "debate_debate": place.debate.pk,
        "debate_topic": topic,
        "debate_statement": place.claim.pk,
        "debate_report": factories.ReportFactory.create(statement=reported).pk,
        "debate_moderationact": factories.ModerationActFactory.create(statement=place.marked).pk,
        "debate_held": factories.HeldFactory.create(debate=place.debate, author=author).pk,
        "debate_hiddenlook": factories.HiddenLookFactory.create(statement=place.marked).pk,
        "debate_personnote": factories.PersonNoteFactory.create(person=author).pk,
        "debate_precautions": factories.PrecautionsFactory.create().pk,
        "debate_watchedword": factories.WatchedWordFactory.create().pk,
        "debate_reasontemplate": factories.ReasonTemplateFactory.create().pk,
        "debate_jobfailure": factories.JobFailureFactory.create().pk,
    }


def _everybody() -> dict[str, Who]:
    who = {"visitor": Who("visitor", None)}
    for name in PEOPLE[1:]:
        staff = name == "moderator"
        username = name.replace(" ", "-")
        person = factories.UserFactory.create(username=username, is_staff=staff)
        key = _key(person, "read", "write", "mark", "propose", "moderate")
        who[name] = Who(name, person, key, _confirmed(streams.session_of(person), person))
    User.objects.filter(username="suspended").update(is_active=False)
    reader = factories.UserFactory.create(username="reader")
    bot = factories.BotFactory.create(username="writer")
    who["read token"] = Who("read token", reader, _key(reader, "read"))
    who["write token"] = Who("write token", bot, _key(bot, "read", "write", "propose"))
    return who


def _confirmed(key: str, person: User) -> str:
    """A session in which the password was given again just now, as some pages ask for."""
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(key), person
    record_authentication(request, person, method="password", reauthenticated=True)
    request.session.save()
    return key


def _key(person: User, *scopes: str) -> str:
    return accounts.create_token(person, by=person, name="rights", scopes=scopes)[1]


def _person(who: dict[str, Who], name: str) -> User:
    person = who[name].person
    assert person is not None
    return person


def _place(name: str, who: dict[str, Who], zoe: User) -> Place:
    """A debate with its things, made while it is open to all; then it gets its name's rights."""
    author, facilitator = _person(who, "author"), _person(who, "facilitator")
    debate = factories.DebateFactory.create(slug=name, starter=facilitator, question=f"{name}?")
    for person, role in ((facilitator, "facilitator"), (author, "participant")):
        factories.ParticipationFactory.create(debate=debate, person=person, role=role)
    for username in ("paul", "sam"):
        person = User.objects.get(username=username)
        factories.ParticipationFactory.create(debate=debate, person=person)
    position = factories.PositionFactory.create(debate=debate, author=zoe, name="Theirs")
    claim = factories.SupportFactory.create(parent=position, author=author)
    statements.edit(claim, by=author, body="Said again.", revision=1)
    crux, dropped = (
        factories.CruxFactory.create(debate=debate, author=author, name=word)
        for word in ("Live", "Gone")
    )
    cruxes.drop(dropped, by=author, reason="Nothing rests on it.")
    marked = factories.RemarkFactory.create(parent=position, author=zoe)
    hushed = factories.SupportFactory.create(parent=position, author=zoe)
    moderation.hide(hushed, by=facilitator, reason="Rude.")
    link = _link(debate, facilitator)
    acts = _acts(position, crux, author, facilitator)
    wishes = _proposal(claim, zoe, "remark"), _proposal(claim, author, "objection")
    place = Place(debate, position, claim, crux, dropped, marked, hushed, link, *acts, *wishes)
    for one in who.values():
        if one.person is not None and one.person.is_active:
            _prepare(place, one)
    sam = User.objects.get(username="sam")
    suspensions.suspend(debate, sam, by=facilitator, reason="Rude.")
    kinds = {"private": {"visibility": "private"}, "closed": {"state": "closed"}}
    Debate.objects.filter(pk=debate.pk).update(**kinds.get(name, {}))
    debate.refresh_from_db()
    return place


def _proposal(claim: Statement, by: User, becomes: str) -> Proposal:
    on = "truth" if becomes == "objection" else ""
    wanted = proposals.Wanted("retype", claim, becomes=becomes, on=on)
    return proposals.propose(claim.debate, wanted, by=by, reason="It is.")


def _acts(
    position: Statement, crux: Statement, author: User, by: User
) -> tuple[ModerationAct, ModerationAct, Link]:
    """Two acts that concern the author, who has appealed against one; a link."""
    one, other = (factories.RemarkFactory.create(parent=position, author=author) for _ in "ab")
    act, judged = (
        structure.retype(said, kind="support", by=by, reason="So.") for said in (one, other)
    )
    structure.appeal(judged, by=author, text="It is none.")
    structure.link(one, to=crux, kind="support", by=by, reason="So.")
    return act, judged, Link.objects.get(statement=one)


def _link(debate: Debate, by: User) -> Invitation:
    return invitations.create(debate, by=by, uses=100)


def _prepare(place: Place, one: Who) -> None:
    """What somebody needs to undo, to explain, to release and to publish."""
    person = one.person
    assert person is not None
    drafts.keep(
        place.claim, by=person, key="own", wording=drafts.Wording("remark", "", "A draft.")
    )
    if person.is_bot:
        return
    for truth in ("agree", "disagree"):
        marks.mark(place.marked, by=person, truth=truth)
    newest = MarkChange.objects.filter(mark__person=person, mark__statement=place.marked)
    place.changes[one.name] = newest.latest("pk").pk
    marks.mark(place.position, by=person, truth="agree")
    reliances.rely(place.position, by=person, claim=place.claim, words="would go")


def values(world: World, place: Place, route: Route, parts: dict[str, Any]) -> dict[str, Any]:
    """What stands in an address: `parts` of a row, or what its places usually are."""
    noun = "_".join(route.name.removeprefix("admin:").split("_")[:2])
    usual = {
        **dict.fromkeys(("object_id", "id"), world.rows.get(noun, place.claim.pk)),
        "content_type_id": 1,
        "app_label": "debate",
        "url": "nowhere",
        "uidb36": "1",
        "provider_id": "none",
        "slug": place.debate.slug,
        "topic": "weather",
        "kind": "report",
        "pk": place.claim.pk,
        "number": 1,
        "key": "own",
        "username": "author",
        "token": place.link.token,
        "rest": "nowhere/",
        "form": "json",
        "delivery": world.rows["own delivery"],
    }
    return usual | {part: _value(place, world, of) for part, of in parts.items()}


def _value(place: Place, world: World, of: Any) -> Any:
    if of in ("held", "debate_report"):
        return world.rows["debate_held" if of == "held" else of]
    if of == "author":
        return world.rows["accounts_user"]
    if of == "own token":
        return world.token.pk
    if of in world.rows:
        return world.rows[of]
    if of == "mail key":
        return mailing.key(world.token.user)
    found = getattr(place, of, of) if isinstance(of, str) else of
    return getattr(found, "pk", found)
