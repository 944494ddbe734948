"""Marks as pages show them: one's own, everybody's by side, and whose mind a statement changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.utils.translation import gettext

from accounts.models import User
from debate import rules
from debate.models import Debate, Mark, MarkChange, Statement
from debate.models.marks import Truth
from debate.models.statements import AUTHOR_AGREES, Kind
from debate.rules import Viewer
from debate.selectors import marks, rows, sides
from debate.selectors.marks import ANSWERED, Stale
from debate.selectors.rows import Person, Reading, Row
from debate.text import plain

MOST = 500
EXCERPT = 160
CAUSES = 5
MINDS = 50
NO_SIDE = 0
OF_MIND = ("mark__person__owner", "mark__statement")
OF_STATEMENT = ("statement__author__owner", "statement__quotation", "statement__debate")


@dataclass(slots=True)
class Own:
    """One of one's own marks: the statement as a row, its debate, its first words."""

    row: Row
    debate: Debate
    words: str
    when: str
    when_iso: str


@dataclass(slots=True)
class Voice:
    """How one person marks a statement. `wrote` it: who wrote a claim agrees, unasked.

    `holds`: the positions that the person holds, by id.
    """

    person: Person
    truth: str
    bears: str
    passage: str
    from_revision: int
    stale: Stale
    when: str = ""
    when_iso: str = ""
    wrote: bool = False
    holds: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """The people of one side: those whose mark is of today's statement, and those who are stale.

    Who holds two positions is on both sides. The letter and the name are a position's; both are
    empty for people on no side.
    """

    letter: str
    name: str
    fresh: list[Voice] = field(default_factory=list)
    stale: list[Voice] = field(default_factory=list)


@dataclass(slots=True)
class Verdicts:
    """Who marks a statement how, by side. `shared` says what all sides do; `is_cut`: 500 shown."""

    groups: list[Group]
    shared: str
    is_cut: bool


@dataclass(slots=True)
class Mind:
    """A change of mind that a person puts down to a statement."""

    person: Person
    on: Statement
    before: str
    after: str
    when: str
    when_iso: str


@dataclass(slots=True)
class Cause:
    """A reply that may have changed a mind."""

    statement: Statement
    author: str
    words: str


def own(person: User, *, stale: bool = False) -> QuerySet[Mark]:
    """A person's marks where they may still read them, the latest first; or the stale ones."""
    debates = Debate.objects.visible_to(person)
    found = Mark.objects.filter(ANSWERED, person=person, statement__debate__in=debates)
    found = marks.looked_over(found.order_by("-marked_at", "-id")).select_related(*OF_STATEMENT)
    return marks.only_stale(found) if stale else found


def shown(found: Iterable[Mark], viewer: User) -> list[Own]:
    """Marks that `own` found, made ready for the page. One query for them all."""
    placed = list(found)
    reading = Reading(viewer, marks={mark.statement_id: mark for mark in placed})
    return [_own(mark, reading) for mark in placed]


def one(mark: Mark, statement: Statement, viewer: User) -> Own:
    """One mark, looked over, as `shown` has them. No query if the statement is loaded."""
    mark.statement = statement
    return _own(mark, Reading(viewer, marks={statement.pk: mark}))


def _own(mark: Mark, reading: Reading) -> Own:
    row = rows.row(mark.statement, None, reading)
    words = plain.excerpt(mark.statement.body_html, EXCERPT) if row.shown else ""
    return Own(row, mark.statement.debate, words, *_dates(mark))


def _dates(mark: Mark) -> tuple[str, str]:
    return rows.short_date(mark.marked_at), mark.marked_at.isoformat(timespec="seconds")


def verdicts(statement: Statement, viewer: Viewer) -> Verdicts:
    """Who marks the statement how, by side; nobody where it is gone from sight. 3 queries.

    Its author's mark comes first, so that it is among the 500.
    """
    if not rules.may_read_text(statement, viewer):
        return Verdicts([], "", is_cut=False)
    found = marks.looked_over(statement.marks.filter(ANSWERED))
    found = found.order_by(Case(When(person=statement.author_id, then=0), default=1), "id")
    placed = list(found.select_related("person__owner", "quotation")[: MOST + 1])
    people = {mark.person_id for mark in placed} | {statement.author_id}
    positions = Statement.objects.filter(debate=statement.debate_id, kind=Kind.POSITION)
    held = sides.sides(list(positions.order_by("path")), people)
    voices = [_voice(mark, statement, held) for mark in placed[:MOST]]
    groups = _by_side(_with_author(voices, statement, held), held.sides, viewer)
    is_cut = len(placed) > MOST
    return Verdicts(groups, "" if is_cut else _shared(groups, held.sides), is_cut)


def _voice(mark: Mark, statement: Statement, held: sides.Sides) -> Voice:
    quoted = mark.quotation
    when, when_iso = _dates(mark)
    return Voice(
        person=rows.person(mark.person, held.letters),
        truth=mark.truth,
        bears=mark.bears,
        passage=quoted.exact if quoted else "",
        from_revision=quoted.revision if quoted and not rows.place_of(statement, quoted) else 0,
        stale=marks.stale(mark, statement),
        when=when,
        when_iso=when_iso,
        holds=held.holding.get(mark.person_id, []),
    )


def _with_author(voices: list[Voice], statement: Statement, held: sides.Sides) -> list[Voice]:
    """The voices with the author's, who agrees with a claim of their own unless they said else."""
    author = statement.author
    said = next((voice for voice in voices if voice.person.username == author.username), None)
    if statement.kind not in AUTHOR_AGREES or author.is_bot or (said and said.truth):
        return voices
    if said is None:
        said = Voice(rows.person(author, held.letters), "", "", "", 0, Stale())
        said.holds = held.holding.get(author.pk, [])
    said.truth, said.wrote = Truth.AGREE.value, True
    return [said, *(voice for voice in voices if voice is not said)]


def _by_side(voices: Iterable[Voice], held: Sequence[sides.Side], viewer: Viewer) -> list[Group]:
    """One group for each side that has marked, in their order; people on no side last."""
    groups = {
        side.position.pk: Group(side.letter, sides.name(side.position, viewer)) for side in held
    }
    groups[NO_SIDE] = Group("", "")
    for voice in voices:
        for position in voice.holds or [NO_SIDE]:
            group = groups[position]
            (group.stale if voice.stale else group.fresh).append(voice)
    return [group for group in groups.values() if group.fresh or group.stale]


def _shared(groups: Sequence[Group], held: Sequence[sides.Side]) -> str:
    """What all sides do alike: 'Both sides hold it (1 and 1).'; empty if nothing.

    Always in numbers of people: a side may be one person.
    """
    truths = [
        [voice.truth for voice in (*group.fresh, *group.stale) if voice.truth]
        for group in groups
        if group.letter
    ]
    counts = [len(of_side) for of_side in truths if of_side]
    alike = {truth for of_side in truths for truth in of_side}
    everybody = len(counts) == sum(side.count > 0 for side in held)
    if not counts[1:] or not everybody or len(alike) != 1 or alike == {Truth.UNSURE}:
        return ""
    holds = alike == {Truth.AGREE}
    *first, last = counts
    if first[1:] and holds:
        told = gettext("All sides hold it (%(first)s and %(last)s).")
    elif first[1:]:
        told = gettext("All sides reject it (%(first)s and %(last)s).")
    elif holds:
        told = gettext("Both sides hold it (%(first)s and %(last)s).")
    else:
        told = gettext("Both sides reject it (%(first)s and %(last)s).")
    return told % {"first": ", ".join(map(str, first)), "last": last}


def minds(statement: Statement, viewer: Viewer) -> list[Mind]:
    """Whose minds the statement changed, the latest first; at most 50. One query where any.

    Each person once for each statement they changed it about, and none about something that is
    gone from the viewer's sight.
    """
    if not statement.changed_minds or not rules.may_read_text(statement, viewer):
        return []
    read = Statement.objects.filter(rules.readable_by(viewer), pk=OuterRef("mark__statement"))
    standing = MarkChange.objects.filter(Exists(read), because=statement, undone_at=None)
    latest = standing.order_by("mark", "-id").distinct("mark")  # a person's of one statement
    found = MarkChange.objects.filter(pk__in=latest.values("pk")).order_by("-id")
    return [_mind(one) for one in found.select_related(*OF_MIND)[:MINDS]]


def _mind(change: MarkChange) -> Mind:
    agrees = change.truth == Truth.AGREE
    return Mind(
        person=rows.person(change.mark.person, {}),
        on=change.mark.statement,
        before="disagree" if agrees else "agree",
        after=change.truth,
        when=rows.short_date(change.changed_at),
        when_iso=change.changed_at.isoformat(timespec="seconds"),
    )


def causes(statement: Statement, person: User) -> list[Cause]:
    """The newest replies of other people, which may have changed this person's mind. One query."""
    replies = statement.replies.filter(hidden_at=None, withdrawn_at=None).exclude(author=person)
    found = replies.select_related("author").order_by("-id")[:CAUSES]
    return [
        Cause(one, one.author.told_name, plain.excerpt(one.body_html, EXCERPT)) for one in found
    ]
