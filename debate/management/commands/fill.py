from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import actions as accounts
from accounts.models import Kind as AccountKind
from accounts.models import User
from debate.actions import bulk
from debate.actions.bulk import Draft, Verdict
from debate.models import Debate, Event, Participation
from debate.models.debates import Role
from debate.models.events import EventKind
from debate.models.statements import BEARING, CLAIMS, DEPTH_MAX, Kind, On

WRITERS = 50
LEAST = 10  # statements
WIDE = 20  # one statement in so many answers the same one
BUSHY = 12  # levels, beside the one long line
QUOTING, MARKED, WITH_LIST = 0.15, 0.4, 0.1  # shares of the statements
BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
BETWEEN = timedelta(minutes=7)
QUESTION = "Should the town library lend without any due date?"
NAMES = ("Lend until asked back", "Keep four weeks")
WORDS = (
    "a the this each every some most few reader borrower library shelf book loan week month year "
    "desk clerk fee fine notice queue copy title town school child parent evening branch budget "
    "habit promise rule reason risk cost trust habitually seldom often rarely quietly plainly "
    "returns keeps lends waits asks forgets remembers pays reads renews expects accepts refuses "
    "and but because although unless while before after with without under over between against "
    "small large early late fair plain open careful patient costly quiet simple popular rare"
).split()
ONSETS = "b c d f g h l m n p r s t v w br cr dr fl gr pl pr sh sl st str th tr".split()
RIMES = "a e i o u al an ar el en er il in ir on or un ast end ight ock ose ump".split()
REPLIES = {
    Kind.SUPPORT: 30,
    Kind.OBJECTION: 30,
    Kind.QUESTION: 15,
    Kind.REMARK: 12,
    Kind.CLARIFICATION: 6,
    Kind.CONCESSION: 5,
}
REPLIES_TO_QUESTIONS = {Kind.ANSWER: 70, Kind.REMARK: 15, Kind.CLARIFICATION: 15}


class Command(BaseCommand):
    """Makes one large debate of words without meaning, to measure with."""

    help = "Make one large debate of words without meaning, the same for the same numbers."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its size and shape."""
        parser.add_argument("--statements", type=int, default=10_000)
        parser.add_argument("--depth", type=int, default=300, help="of its longest line, at most")
        parser.add_argument("--width", type=int, help="replies to one statement; one in twenty")
        parser.add_argument("--slug", default="filled")
        parser.add_argument(
            "--vocabulary", type=int, default=0, help="so many made-up words, the later the rarer"
        )
        parser.add_argument("--seed", type=int, default=7, help="other words and other shapes")

    def handle(
        self,
        *args: Any,
        statements: int,
        depth: int,
        width: int | None,
        slug: str,
        seed: int,
        vocabulary: int,
        **options: Any,
    ) -> None:
        """Make the debate, all of it or nothing; raises CommandError where that cannot be."""
        if statements < LEAST:
            raise CommandError(f"A debate has {LEAST} statements or more here.")
        if not 1 <= depth <= DEPTH_MAX:
            raise CommandError(f"--depth goes from 1 to {DEPTH_MAX}.")
        if not 0 <= (width or 0) <= statements // 2:
            raise CommandError(f"--width goes from 0 to {statements // 2} here.")
        if Debate.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a debate at /d/{slug}/ already. Give another --slug.")
        with transaction.atomic():
            people = writers()
            made = drafts(people, statements, depth, seed, width, vocabulary)
            debate = bulk.publish(start(slug, people[0]), made)
        self.stdout.write(f"Made /d/{slug}/ with {debate.statement_count:,} statements.")


def writers() -> list[User]:
    """The accounts in whose names it is written; nobody can log in to them.

    Raises CommandError where one of the names is somebody's.
    """
    known = {user.username: user for user in User.objects.filter(username__in=[*_usernames()])}
    for user in known.values():
        if user.kind != AccountKind.PERSON or user.email or user.has_usable_password():
            raise CommandError(f"{user.username} is somebody's: take a database without people.")
    return [known.get(name) or _writer(name) for name in _usernames()]


def _usernames() -> Iterator[str]:
    return (f"writer-{number:02}" for number in range(1, WRITERS + 1))


def _writer(username: str) -> User:
    user = User(username=username, name=username.replace("-", " ").capitalize())
    user.set_unusable_password()
    user.save()
    accounts.hold_free_names(user)
    return user


def start(slug: str, starter: User) -> Debate:
    """An empty debate."""
    debate = Debate.objects.create(
        slug=slug, question=QUESTION, starter=starter, created_at=BEGUN, event_count=1
    )
    Participation.objects.create(debate=debate, person=starter, role=Role.FACILITATOR)
    Event.objects.create(
        debate=debate, number=1, kind=EventKind.DEBATE_STARTED, actor=starter, created_at=BEGUN
    )
    return debate


def drafts(
    people: Sequence[User],
    statements: int,
    depth: int,
    seed: int,
    width: int | None = None,
    vocabulary: int = 0,
) -> list[Draft]:
    """Two positions and so many statements under them, `width` of which answer the same one."""
    if width is None:
        width = statements // WIDE
    made = _Making(people, random.Random(seed), Vocabulary(vocabulary))
    for name in NAMES:
        made.take(name)
    for shape in _shapes(statements, depth, width, made.chance):
        made.answer(shape)
    return made.drafts


def _shapes(statements: int, depth: int, width: int, chance: random.Random) -> list[str]:
    """Which shape grows with each statement: one line, one with many replies, or any bush."""
    line = min(depth, statements // 2)
    shapes = ["line"] * line + ["wide"] * width + ["bush"] * (statements - line - width)
    chance.shuffle(shapes)
    return shapes


class _Making:
    """One run: the drafts so far, and which of them the shapes grow from."""

    def __init__(
        self, people: Sequence[User], chance: random.Random, vocabulary: Vocabulary
    ) -> None:
        self.people = people
        self.chance = chance
        self.vocabulary = vocabulary
        self.drafts: list[Draft] = []
        self.depths: list[int] = []
        self.quotable: list[str] = []
        self.bushes: list[int] = []
        self.end_of_line = 1
        self.wide = 0

    def take(self, name: str) -> None:
        """A position."""
        author = self.people[len(self.drafts)]
        self._add(author, Kind.POSITION, None, name=name)

    def answer(self, shape: str) -> None:
        """A statement where the shape grows."""
        grows = {"line": self.end_of_line, "wide": self.wide}
        parent = grows[shape] if shape in grows else self.chance.choice(self.bushes)
        if shape == "line":
            self.end_of_line = len(self.drafts)
        kind = self._kind(parent)
        on = self._on(parent) if kind == Kind.OBJECTION else ""
        quote = self.quotable[parent] if self.chance.random() < QUOTING else ""
        self._add(self._author(kind, parent), kind, parent, on=on, quote=quote)
        if self.depths[-1] < BUSHY:
            self.bushes.append(len(self.drafts) - 1)

    def _add(self, author: User, kind: str, answers: int | None, **fields: str) -> None:
        body, quotable = _body(self.chance, self.vocabulary)
        self.drafts.append(
            Draft(
                author=author,
                kind=kind,
                body=body,
                when=BEGUN + BETWEEN * len(self.drafts),
                answers=answers,
                verdicts=self._verdicts(author, kind),
                **fields,
            )
        )
        self.depths.append(0 if answers is None else self.depths[answers] + 1)
        self.quotable.append(quotable)
        if answers is None:
            self.bushes.append(len(self.drafts) - 1)

    def _kind(self, parent: int) -> Kind:
        asked = self.drafts[parent].kind == Kind.QUESTION
        weights = REPLIES_TO_QUESTIONS if asked else REPLIES
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _on(self, parent: int) -> str:
        fits = [on for on in On if on != On.RELEVANCE or self.drafts[parent].answers is not None]
        return self.chance.choice(fits)

    def _author(self, kind: Kind, parent: int) -> User:
        """Anybody, but one's own words only oneself makes clear, and others grant them."""
        own = self.drafts[parent].author
        if kind == Kind.CLARIFICATION:
            return own
        return self.chance.choice([user for user in self.people if user != own])

    def _verdicts(self, author: User, kind: str) -> list[Verdict]:
        if kind not in CLAIMS or self.chance.random() > MARKED:
            return []
        others = [user for user in self.people if user != author]
        return [
            Verdict(
                person,
                truth=self.chance.choice(["agree", "unsure", "disagree", "disagree"]),
                bears=self.chance.choice(["", "yes", "no"]) if kind in BEARING else None,
            )
            for person in self.chance.sample(others, self.chance.randint(1, 4))
        ]


class Vocabulary:
    """The words that sentences are made of: WORDS, and made-up ones, the n-th 1/n as frequent."""

    def __init__(self, made_up: int) -> None:
        self.words = [*WORDS, *dict.fromkeys(_made_up(made_up))]
        shares = [1.0] * len(WORDS)
        shares += [len(WORDS) / (n + 10) for n in range(len(self.words) - len(WORDS))]
        self.shares = list(accumulate(shares))

    def sentence(self, chance: random.Random) -> str:
        """Eight to fourteen words, none of them twice in a row."""
        words = chance.choices(self.words, cum_weights=self.shares, k=chance.randint(8, 14))
        words = [words[0], *(word for before, word in pairwise(words) if word != before)]
        return " ".join(words).capitalize() + "."


def _made_up(count: int) -> Iterator[str]:
    chance = random.Random(count)
    for _ in range(count):
        syllables = chance.randint(2, 4)
        yield "".join(f"{chance.choice(ONSETS)}{chance.choice(RIMES)}" for _ in range(syllables))


def _body(chance: random.Random, vocabulary: Vocabulary) -> tuple[str, str]:
    """Two short paragraphs of Markdown, and words of the first that can be quoted."""
    first, second, third, fourth = (vocabulary.sentence(chance) for _ in range(4))
    words = third.split()
    words[2] = f"*{words[2]}*"
    second = f"{second[:-1]}, **{vocabulary.sentence(chance).lower()[:-1]}**."
    body = f"{first} {second}\n\n{' '.join(words)} {fourth}"
    if chance.random() < WITH_LIST:
        body += f"\n\n- {vocabulary.sentence(chance)}\n- {vocabulary.sentence(chance)}"
    return body, first[:-1]
