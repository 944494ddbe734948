"""A person: where they took part, what they hold, on what it turns, what they said.

Debates are those that a list may show the viewer; people see all of their own on their own page.
What is hidden or withdrawn is not listed here as anybody's: it would tell whose it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import FORMER, Rename, User
from accounts.models import Kind as AccountKind
from accounts.rules import may_sign_in
from debate.models import Debate, Mark, Reliance, Statement
from debate.models.statements import Kind
from debate.rules import Viewer
from debate.selectors import listings, loading, reliances, rows, sides
from debate.selectors.listings import Cut
from debate.selectors.reliances import Pair
from debate.selectors.rows import Reading, Row
from debate.text import plain

DEBATES = 50
RELIANCES = 200
SAID = 20
WORDS = 160
THERE = {"hidden_at": None, "withdrawn_at": None}


@dataclass(frozen=True, slots=True)
class Turning:
    """A double crux of the person's: the claim, their verdict, who says otherwise."""

    claim: Statement
    text: str
    pair: Pair


@dataclass(frozen=True, slots=True)
class Rest:
    """A reliance of the person's, with what it is on in short."""

    reliance: Reliance
    text: str


@dataclass(slots=True)
class Part:
    """A debate that the person took part in, with the positions they hold there, by letter."""

    debate: Debate
    positions: list[tuple[str, Statement]] = field(default_factory=list)
    turns_on: list[Turning] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement on a person's page, with its debate and what it answers."""

    row: Row
    debate: Debate
    to: Statement | None


@dataclass(frozen=True, slots=True)
class Page:
    """Statements of a person's page; `more` is the id that the next page goes on behind."""

    shown: list[Shown]
    more: int | None


def person(username: str, viewer: Viewer) -> User:
    """The account of this name, in use or not; raises User.DoesNotExist. One query.

    Members also find it by an earlier name, which nobody else can have taken: one query more.
    Who has left has no page, nor have their bots.
    """
    if username.startswith(FORMER):
        raise User.DoesNotExist
    heard = speaking_in(Debate.objects.visible_to(viewer))
    people = User.objects.filter(heard).select_related("owner")
    try:
        return people.get(username=username)
    except User.DoesNotExist:
        if not viewer.is_authenticated:
            raise
    earlier = Rename.objects.filter(field=Rename.Field.USERNAME, before=username)
    return people.get(pk__in=earlier.values("account"))


def speaking_in(debates: QuerySet[Debate]) -> Q:
    """Who may be named to who may know of these debates: speakers of imported ones, only there.

    They have never been here, and may have said it where nobody else should hear.
    """
    said = Statement.objects.filter(author=OuterRef("pk"), debate__in=debates)
    return Q(~Q(kind=AccountKind.IMPORTED) | Exists(said))


def bots(owner: User, cut: Cut) -> listings.Part[User]:
    """A person's bots, those switched off too; the cut's key is an id. One query."""
    return listings.portion(owner.bots.select_related("owner"), "id", cut)


def is_in_use(person: User) -> bool:
    """Whether the account can act now: a bot's is not while its owner's is not."""
    return may_sign_in(person)


def debates(person: User, viewer: Viewer) -> QuerySet[Debate]:
    """The debates in which the viewer may know that the person took part."""
    own = viewer.pk == person.pk
    seen = Debate.objects.visible_to(viewer) if own else Debate.objects.listed_for(viewer)
    said = Statement.objects.filter(author=person, **THERE)
    marked = Mark.objects.filter(person=person, statement__hidden_at=None).filter(
        ~Q(truth="") | ~Q(bears=""), statement__withdrawn_at=None
    )
    took_part = Q(pk__in=said.values("debate")) | Q(pk__in=marked.values("statement__debate"))
    return seen.filter(took_part)


def parts(person: User, viewer: Viewer, *, most: int = DEBATES, skip: int = 0) -> list[Part]:
    """The debates of the person with the latest turns, and where they stand. 6 queries."""
    found = debates(person, viewer).order_by("-last_turn_at", "-pk")
    return stands(person, found[skip : skip + most])


def stands(person: User, found: Iterable[Debate]) -> list[Part]:
    """Where the person stands in these debates. 5 queries, and one that finds them."""
    made = {debate.pk: Part(debate) for debate in found}
    _hold(made, person)
    _turn(made, person)
    _rest(made, person)
    return list(made.values())


def _hold(made: dict[int, Part], person: User) -> None:
    held = sides.held_by(person.pk, *made)
    positions = Statement.objects.filter(debate__in=list(made), kind=Kind.POSITION)
    places: dict[int, int] = {}
    for position in positions.defer("body", "body_html", "source").order_by("path"):
        place = places[position.debate_id] = places.get(position.debate_id, -1) + 1
        if position.pk in held:
            shown = (sides.letter(place), position)
            made[position.debate_id].positions.append(shown)


def _turn(made: dict[int, Part], person: User) -> None:
    pairs = reliances.pairs(person, made)
    claims = Statement.objects.in_bulk([pair.claim_id for pair in pairs])
    for pair in pairs:
        claim = claims[pair.claim_id]
        turning = Turning(claim, plain.plain(claim.body_html), pair)
        made[claim.debate_id].turns_on.append(turning)


def _rest(made: dict[int, Part], person: User) -> None:
    found = Reliance.objects.filter(
        person=person,
        claim__debate__in=list(made),
        claim__hidden_at=None,
        claim__withdrawn_at=None,
    )
    found = found.by_holders().select_related("claim", "position", "person__owner")
    for reliance in found.order_by("-id")[:RELIANCES]:
        rest = Rest(reliance, _short(reliance.claim))
        made[reliance.claim.debate_id].rests.append(rest)


def _short(claim: Statement) -> str:
    text = claim.name or plain.plain(claim.body_html)
    return text if len(text) <= WORDS else f"{text[:WORDS].rsplit(' ', 1)[0]} …"


def said(person: User, viewer: Viewer, before: int | None = None) -> Page:
    """What the person said, the newest first, 20 a page. 3 queries."""
    found = statements(person, viewer).order_by("-pk")
    return page(found if before is None else found.filter(pk__lt=before), viewer, SAID)


def page(found: QuerySet[Statement], viewer: Viewer, most: int) -> Page:
    """The first of these statements, in their order, with all that a page shows. 3 queries."""
    ids = list(found.values_list("pk", "parent_id", "debate_id")[: most + 1])
    more, ids = len(ids) > most, ids[:most]
    wanted = {pk for found_one in ids for pk in found_one[:2] if pk}
    read = loading.statements(loading.BY_IDS, [list(wanted)]) if wanted else []
    by_id, reading = {statement.pk: statement for statement in read}, Reading(viewer)
    seen = Debate.objects.in_bulk({debate for *_, debate in ids})
    shown = []
    for pk, parent, debate in ids:
        to = by_id.get(parent or 0)
        shown.append(Shown(rows.row(by_id[pk], to, reading), seen[debate], to))
    return Page(shown, ids[-1][0] if more else None)


def statements(person: User, viewer: Viewer) -> QuerySet[Statement]:
    """What the person said in debates that may be listed for the viewer."""
    return Statement.objects.filter(
        author=person, debate__in=debates(person, viewer).values("pk"), **THERE
    )
