"""What is found of debates, statements and people: only what a list may show the viewer.

Debates are looked in as `listed_for` has it: private and unlisted ones for their own people alone.
What is hidden or withdrawn, earlier wordings and drafts have no words here at all. Slips are put
right by words of public debates only, so that no answer depends on what its reader may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Floor
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext

from accounts.models import FORMER, NAMED, User
from accounts.models import Kind as AccountKind
from debate.models import Debate, SearchText, Statement, Topic
from debate.models.statements import Kind, Status
from debate.rules import Viewer
from debate.selectors import loading
from debate.selectors.listings import Cut, portion
from debate.selectors.people import speaking_in
from debate.text import excerpts, plain, search
from debate.text.excerpts import Piece, Sought
from debate.text.search import Query, Term

RANKED = 1000
"""Of more that fit, the newest are ranked; so a word that is everywhere costs no more."""
SCORE, ROOM = 10_000_000, 10_000_000_000
"""A key is a score of seven digits and then an id of ten: both in one number that falls."""
ALL = Q()
STATUSES = {
    "open": (Status.OPEN,),
    "answered": (Status.ANSWERED,),
    "asked": (Status.ASKED_ABOUT,),
    "granted": (Status.GRANTED, Status.GRANTED_BESIDE),
}
BEGINS = 3
"""A word of so many letters also finds longer ones that begin with it."""
SIGHT = """
    SELECT asked.folded, phraseto_tsquery('simple', asked.folded)::text, CASE
        WHEN asked.slips = '' OR EXISTS (SELECT FROM debate_searchword
            WHERE word >= asked.folded AND word < asked.folded || chr(1114111)) THEN '{}'
        ELSE ARRAY(SELECT word || ' ' || count FROM (
            SELECT word, count FROM debate_searchword
                WHERE word = ANY(string_to_array(asked.slips, ' '))
            UNION (SELECT word, count FROM debate_searchword WHERE word %% asked.folded
                ORDER BY similarity(word, asked.folded) DESC, word LIMIT 20)
        ) near) END
    FROM (SELECT btrim(crux_words(text)) AS folded, slips, n
        FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS given(text, slips, n)) asked
    ORDER BY asked.n
"""
"""Of each term its folded words, how the index is asked for them, and words it may have meant."""

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter asks of statements, debates and people; None: it finds none of them."""

    values: Sequence[str] = ()
    statements: Callable[[str], Q] | None = None
    debates: Callable[[str], Q] | None = None
    people: Callable[[str], Q] | None = None


def _of_bots(value: str) -> Q:
    return Q(by_bot=False) if value == "hide" else ALL


def _of_topic(slug: str) -> Q:
    named = Topic.objects.filter(slug=slug.lower()).values("name")
    return Q(debate__topics__overlap=ArraySubquery(named))


FILTERS = {
    "kind": Filter(Kind.values, lambda kind: Q(kind=kind)),
    "by": Filter((), lambda name: Q(author__username=name.removeprefix("@"))),
    "in": Filter((), lambda slug: Q(debate__slug=slug)),
    "topic": Filter((), _of_topic, _of_topic),
    "status": Filter(tuple(STATUSES), lambda word: Q(status__in=STATUSES[word])),
    "is": Filter(("bot",), lambda _: Q(by_bot=True), people=lambda _: Q(kind=AccountKind.BOT)),
    "bots": Filter(
        ("hide", "show"),
        _of_bots,
        lambda _: ALL,
        lambda value: ~Q(kind=AccountKind.BOT) if value == "hide" else ALL,
    ),
}
VALUES = {name: one.values for name, one in FILTERS.items()}


class Refused(ValueError):
    """What was typed cannot be looked for; says why, in a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A word that nobody has written, and those that are looked for beside it."""

    typed: str
    words: Sequence[str]


@dataclass(slots=True)
class Asked:
    """What is looked for, and by whom. `names`: folded words; `match`: how the index is asked."""

    query: Query
    viewer: Viewer
    match: str = ""
    sought: list[Sought] = field(default_factory=list)
    names: list[tuple[str, bool]] = field(default_factory=list)
    meant: list[Meant] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return self.query.is_empty


@dataclass(frozen=True, slots=True)
class Hit(Generic[Row]):
    """Something that was found; `key` is where it stands in the order."""

    key: int
    row: Row
    title: Sequence[Piece]
    excerpt: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """A page of what was found. `count` is of all, at most one more than are ranked."""

    rows: list[Hit[Row]] = field(default_factory=list)
    has_next: bool = False
    has_previous: bool = False
    count: int = 0

    @property
    def number(self) -> str:
        """How many there are, '1,000+' where there are more."""
        return f"{RANKED:,}+" if self.count > RANKED else f"{self.count:,}"


def ask(typed: str, viewer: Viewer, *, hides_bots: bool = False) -> Asked:
    """Understand what was typed; raises Refused. One query, none where there are no words."""
    query = search.parse(typed, VALUES)
    if query.problem:
        raise Refused(_sentence(query))
    if hides_bots and not query.is_empty and not {"is", "bots"} & query.filters.keys():
        query = Query(query.terms, {**query.filters, "bots": "hide"})
    asked = Asked(query, viewer)
    if query.terms:
        _see(asked)
    return asked


def _see(asked: Asked) -> None:
    """Find out how the index is asked for the terms."""
    terms = asked.query.terms
    slips = [" ".join(search.slips(excerpts.fold(t.text))) if _may_slip(t) else "" for t in terms]
    parts = []
    rows = loading.rows(SIGHT, [[term.text for term in terms], slips])
    for term, (folded, wanted, near) in zip(terms, rows, strict=True):
        known = (one.rsplit(" ", 1) for one in near)
        meant = search.nearest(folded, [(word, int(count)) for word, count in known])
        if wanted:
            parts.append(_part(term, folded, wanted, meant))
            _note(asked, term, folded, meant)
    asked.match = " & ".join(parts)


def _may_slip(term: Term) -> bool:
    return not term.quoted and not term.excluded and term.text.isalpha()


def _begins(term: Term, folded: str) -> bool:
    return not term.quoted and len(folded.rsplit(maxsplit=1)[-1]) >= BEGINS


def _part(term: Term, folded: str, wanted: str, meant: Sequence[str]) -> str:
    """What the index is asked for a term: itself, what begins with it, what it may have meant."""
    if term.excluded:
        return f"!({wanted})"
    ways = [wanted, *([f"{wanted}:*"] if _begins(term, folded) else []), *map(_quoted, meant)]
    return f"({' | '.join(ways)})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _note(asked: Asked, term: Term, folded: str, meant: Sequence[str]) -> None:
    asked.names.append((folded, term.excluded))
    if term.excluded:
        return
    words = tuple(excerpts.fold(word) for word in folded.split())
    asked.sought.append(Sought(words, _begins(term, folded)))
    asked.sought += [Sought((excerpts.fold(word),)) for word in meant]
    if meant:
        asked.meant.append(Meant(term.text, meant))


# ---- what is found
def statements(asked: Asked, cut: Cut) -> Found[Statement]:
    """The statements that fit best, each with author and debate. One query."""
    found = _texts(asked, "statements")
    if found is None:
        return Found()
    there = {"statement__hidden_at": None, "statement__withdrawn_at": None}
    ranked = _ranked(asked, found.filter(statement__isnull=False)).filter(**there)
    beside = ranked.select_related("statement__author__owner", "statement__debate")
    return _page(beside, cut, lambda one: _statement(one, asked))


def _statement(one: Any, asked: Asked) -> Hit[Statement]:
    said: Statement = one.statement
    text = plain.plain(said.body_html)
    title = excerpts.marked(said.name, asked.sought)
    return Hit(one.key, said, title, excerpts.excerpt(text, asked.sought))


def debates(asked: Asked, cut: Cut) -> Found[Debate]:
    """The debates that fit best by question, background and terms. One query."""
    found = _texts(asked, "debates")
    if found is None:
        return Found()
    ranked = _ranked(asked, found.filter(statement=None)).select_related("debate__starter__owner")
    return _page(ranked, cut, lambda one: _debate(one, asked))


def _debate(one: Any, asked: Asked) -> Hit[Debate]:
    debate: Debate = one.debate
    terms = [f"{term}: {meaning}" for term, meaning in debate.terms]
    text = " ".join([plain.plain(debate.background_html), *terms, *debate.topics])
    title = excerpts.marked(debate.question, asked.sought)
    return Hit(one.key, debate, title, excerpts.excerpt(text, asked.sought))


def people(asked: Asked, cut: Cut) -> Found[User]:
    """The accounts in use whose names fit best, or nearly. One query."""
    heard = speaking_in(Debate.objects.listed_for(asked.viewer))
    found = User.objects.filter(heard, is_active=True).exclude(username__startswith=FORMER)
    for name, value in asked.query.filters.items():
        where = FILTERS[name].people
        if where is None:
            return Found()
        found = found.filter(where(value))
    found = found.alias(named=_NAMED)
    whole = " ".join(name for name, excluded in asked.names if not excluded)
    every = ALL
    for name, excluded in asked.names:
        begins = Q(named__startswith=name) | Q(named__contains=f" {name}")
        if excluded:
            found = found.exclude(begins)
        else:
            every &= begins
    if whole:
        every |= Q(named__trigram_word_similar=whole) | Q(username__in=search.slips(whole))
    newest = found.filter(every).order_by("-pk").values("pk")[: RANKED + 1]
    ranked = User.objects.filter(pk__in=newest).select_related("owner")
    keyed = ranked.annotate(key=_key_of_name(whole), total=Window(Count("pk")))
    return _page(keyed, cut, lambda one: _person(one, asked))


_NAMED = ExpressionWrapper(NAMED, output_field=TextField())


def _key_of_name(whole: str) -> Any:
    """First who is called so, then whose name begins so, then who is called nearly so."""
    if not whole:
        return F("pk")
    begins = When(StartsWith(_NAMED, whole), then=2)
    kind = Case(When(username=whole, then=3), begins, default=0, output_field=IntegerField())
    score = (kind + TrigramWordSimilarity(whole, _NAMED)) / 4
    return _key(score)


def _key(score: Any) -> Any:
    """A score from 0 to 1 and the id as one number: a large one, or Django compares 32 bits."""
    whole = Cast(Floor(score * (SCORE - 1)), BigIntegerField()) * ROOM
    return ExpressionWrapper(whole + F("pk"), output_field=BigIntegerField())


def _person(one: Any, asked: Asked) -> Hit[User]:
    return Hit(one.key, one, excerpts.marked(one.shown_name, asked.sought), ())


def _texts(asked: Asked, noun: str) -> QuerySet[SearchText] | None:
    """What fits, in debates that may be listed for the viewer; None where no filter allows any."""
    seen = Debate.objects.listed_for(asked.viewer)
    found = SearchText.objects.filter(debate__in=seen.values("pk"))
    for name, value in asked.query.filters.items():
        where = getattr(FILTERS[name], noun)
        if where is None:
            return None
        found = found.filter(where(value))
    if asked.match:
        found = found.filter(words=_wanted(asked))
    return found


class _Unseen(SearchQuery):
    """A query that the planner does not look into.

    Where it can, it takes words that are in many texts for a reason to read all texts from the
    first to the last, and each has to be unpacked for that; the index answers much sooner.
    """

    template = "(SELECT %(function)s(%(expressions)s))"


def _wanted(asked: Asked) -> SearchQuery:
    return _Unseen(asked.match, config="simple", search_type="raw")


def _ranked(asked: Asked, found: QuerySet[SearchText]) -> QuerySet[SearchText]:
    """The newest of what fits with their keys, and in `total` how many they are."""
    key: Any = F("pk")
    if not asked.match:
        newest = found.order_by("-pk")
    else:
        # the sum keeps the planner from walking through all texts from the newest on
        newest = found.order_by((F("pk") + 0).desc())
        rank = SearchRank(F("words"), _wanted(asked), normalization=Value(1))
        key = _key(rank)
    ranked = SearchText.objects.filter(pk__in=newest.values("pk")[: RANKED + 1])
    return ranked.defer("words").annotate(key=key, total=Window(Count("pk")))


def _page(ranked: QuerySet[M], cut: Cut, made: Callable[[Any], Hit[Row]]) -> Found[Row]:
    part = portion(ranked, "-key", cut)
    count = vars(part.rows[0])["total"] if part.rows else 0
    return Found([made(one) for one in part.rows], part.has_next, part.has_previous, count)


def _sentence(query: Query) -> str:
    """Why a query is refused."""
    name, value = query.about
    told = {"name": name, "value": value, "values": ", ".join(VALUES.get(name, ()))}
    sentences = {
        "long": gettext("Ask in at most %(longest)s characters."),
        "many": gettext("Ask for at most %(most)s words."),
        "nothing": gettext("There is no word in this to look for."),
        "only-excluded": gettext("Say also what to look for, not only what to leave out."),
        "excluded-filter": gettext(
            "A filter cannot be left out: write %(name)s: without a minus."
        ),
        "twice": gettext("Give one %(name)s: only."),
        "value": gettext("There is no %(name)s:%(value)s. Use one of: %(values)s."),
    }
    if query.problem == "value" and not VALUES[name]:
        return gettext("Say what to look for after %(name)s:") % told
    numbers = {"longest": search.LONGEST, "most": search.MOST}
    return sentences[query.problem] % {**told, **numbers}
