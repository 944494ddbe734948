"""What was taken out of a text and what was put in, word by word, for people to read.

The time to compare two texts can grow faster than the product of their lengths, and 5,000 times
the same word is a text too. So the comparison has a budget; where it is spent, what has not been
compared yet counts as replaced as a whole, which is coarse and never wrong.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Literal, TypeAlias

from debate.text.words import cuts, tokens

__all__ = ["Budget", "Run", "difference", "shared", "shortened"]

BUDGET = 2_000_000
CONTEXT = 120

Kind: TypeAlias = Literal["equal", "deleted", "inserted", "skipped"]
_Pair: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class Budget:
    """How many steps comparisons may take together: each looks at two tokens that are equal."""

    left: int = BUDGET

    def spend(self, steps: int) -> bool:
        """Take so many, if that many are left."""
        if steps > self.left:
            return False
        self.left -= steps
        return True


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch that both texts have, or only the old one, or only the new one.

    `skipped` is a stretch of both that `shortened` has left out.
    """

    kind: Kind
    text: str

    @property
    def sign(self) -> str:
        """What to show beside spaces alone, which nobody would see come or go."""
        if not self.text.isspace():
            return ""
        return "¶" if "\n" in self.text else "␣"


def difference(old: str, new: str) -> list[Run]:
    """Return the runs that lead from one text to the other, deleted before inserted.

    Equal and deleted runs join to the old text, equal and inserted ones to the new.
    """
    beginning, changed, ending = _trimmed(_steps(old), _steps(new))
    return _slid(_runs([beginning, *_gathered(_compared(*changed)), ending]))


def shared(before: Sequence[str], after: Sequence[str], budget: Budget) -> list[Match]:
    """Return the stretches of tokens that both have, in order, as far as the budget goes."""
    if not budget.spend(len(before) + len(after)):
        return []
    blocks = _Matcher(before, after, budget).get_matching_blocks()
    return [block for block in blocks if block.size]


def shortened(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with what is far from any change left out."""
    made: list[Run] = []
    for place, run in enumerate(runs):
        if run.kind != "equal" or len(run.text) <= 3 * CONTEXT:
            made.append(run)
            continue
        head = _whole(run.text, CONTEXT) if place > 0 else 0
        tail = (
            _whole(run.text, len(run.text) - CONTEXT) if place < len(runs) - 1 else len(run.text)
        )
        parts = Run("equal", run.text[:head]), Run("skipped", ""), Run("equal", run.text[tail:])
        made += [part for part in parts if part.text or part.kind == "skipped"]
    return made


def _whole(text: str, place: int) -> int:
    """Return the first place from there on where no word is cut."""
    while cuts(text, place):
        place += 1
    return place


def _steps(text: str) -> list[str]:
    """Return words and signs, each with the spaces behind it."""
    steps: list[str] = []
    for token in tokens(text):
        if steps and token.isspace():
            steps[-1] += token
        else:
            steps.append(token)
    return steps


def _compared(old: str, new: str) -> list[_Pair]:
    """Return pairs of what stood there and what stands there now, in order."""
    before, after = _steps(old), _steps(new)
    codes = _Matcher(before, after, Budget()).get_opcodes()
    return [("".join(before[a:b]), "".join(after[c:d])) for _, a, b, c, d in codes]


def _trimmed(before: list[str], after: list[str]) -> list[_Pair]:
    """Return three pairs: what both begin with, what they differ in, what both end with."""
    first = _alike(before, after)
    last = _alike(before[first:][::-1], after[first:][::-1])
    cut = len(before) - last, len(after) - last
    middle = "".join(before[first : cut[0]]), "".join(after[first : cut[1]])
    beginning, ending = "".join(before[:first]), "".join(before[cut[0] :])
    return [(beginning, beginning), middle, (ending, ending)]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many tokens two texts have in common at the beginning."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


class _Matcher(SequenceMatcher[str]):
    """Finds the longest stretch in common, then others beside it, as far as the budget goes."""

    def __init__(self, before: Sequence[str], after: Sequence[str], budget: Budget) -> None:
        super().__init__(None, before, after, autojunk=False)
        places = Counter(after)
        self.costs = [0, *accumulate(1 + places[token] for token in before)]
        self.budget = budget

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Return the longest common stretch; an empty one where the budget does not reach."""
        cost = self.costs[-1 if ahi is None else ahi] - self.costs[alo]
        if not self.budget.spend(cost):
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def _gathered(pairs: Iterable[_Pair]) -> Iterator[_Pair]:
    """Yield the pairs; what says nothing after a change is part of the change."""
    gone, come = "", ""
    for old, new in pairs:
        if old == new and _says_something(old):
            yield gone, come
            yield old, new
            gone, come = "", ""
        else:
            gone, come = gone + old, come + new
    yield gone, come


def _says_something(text: str) -> bool:
    return "\n" in text or any(character.isalnum() for character in text)


def _runs(pairs: Iterable[_Pair]) -> list[Run]:
    """Return the pairs as runs, equal ones that follow each other as one."""
    runs: list[Run] = []
    for old, new in (part for pair in pairs for part in _trimmed(*map(tokens, pair))):
        if old != new:
            changes = (Run("deleted", old), Run("inserted", new))
            runs += [run for run in changes if run.text]
        elif runs and runs[-1].kind == "equal":
            runs[-1] = Run("equal", runs[-1].text + old)
        elif old:
            runs.append(Run("equal", old))
    return runs


def _slid(runs: list[Run]) -> list[Run]:
    """Return the runs with lone changes moved on as far as they read the same.

    "It is[. So it is]." becomes "It is.[ So it is.]".
    """
    made = list(runs)
    for place in range(1, len(made) - 1):
        before, run, after = made[place - 1 : place + 2]
        if run.kind != "equal" and before.kind == after.kind == "equal":
            ahead = tokens(after.text)
            is_last = place == len(made) - 2
            shared = _alike(tokens(run.text), ahead if is_last else ahead[:-1])
            shift = "".join(ahead[:shared])
            made[place - 1] = Run("equal", before.text + shift)
            made[place] = Run(run.kind, run.text.removeprefix(shift) + shift)
            made[place + 1] = Run("equal", after.text.removeprefix(shift))
    return [run for run in made if run.text]
