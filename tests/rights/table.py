"""Who gets what where: the one table of rights. docs/rights.md is made of it, and tests run it.

A row names an address, a method and a rule; a rule says which of the nine identities get it. What
holds everywhere is worked out in `outcome`: pages know no tokens, the API knows nothing else,
a private debate is not there for outsiders, a closed one refuses what its rule says.

Adding an address is one line in `rows.py`, under its rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.rights.routes import Route

IDENTITIES = (
    "visitor",
    "new member",
    "member",
    "author",
    "suspended",
    "facilitator",
    "moderator",
    "read token",
    "write token",
)
INSIDERS = frozenset({"author", "facilitator"})
"""Who takes part in the debates that are asked about; the author wrote what is acted on there."""
PLACES = ("public", "closed", "private")

YES, SIGN_IN, NO, ABSENT = "yes", "sign in", "no", "not there"
"""Done; asked to sign in (API: 401); refused with a reason; the answer for what does not exist."""
AGAIN = "password"
"""Led to where the password is asked for once more."""

EVERYBODY = frozenset(IDENTITIES)
ACCOUNTS = EVERYBODY - {"visitor", "suspended"}
HUMANS = ACCOUNTS - {"write token"}


@dataclass(frozen=True)
class Rule:
    """Who may, in words and as a set. `closed`: who still may in a closed debate (None: the same).

    `absent` are those for whom the thing acted on is not there, though the debate is; `refusal` is
    what the others get who are signed in.
    """

    words: str
    yes: frozenset[str]
    closed: frozenset[str] | None = None
    absent: frozenset[str] = frozenset()
    refusal: str = NO


NOBODY: frozenset[str] = frozenset()
OUTSIDERS = ACCOUNTS - INSIDERS - {"moderator"}

READ = Rule("Everybody who may see the debate", EVERYBODY)
OPEN = Rule("Everybody", EVERYBODY)
FEED = Rule("Everybody, of public debates alone", EVERYBODY)
SIGNED_IN = Rule("Who is signed in, or sends a token", ACCOUNTS)
TOKENS = Rule("Who sends a token; each tool then asks for its scope", ACCOUNTS)
PERSONS = Rule("People who are signed in", HUMANS)
WRITE = Rule("Members, and bots where the debate lets them; while it is open", ACCOUNTS, NOBODY)
PROPOSE = Rule(
    "Members, and bots unless the debate keeps them out; while it is open", ACCOUNTS, NOBODY
)
ANSWER = Rule(
    "Facilitators, moderators and the author of what it would change; never who proposed it",
    frozenset({"author", "facilitator", "moderator"}),
)
ACCEPT = Rule("Who may refuse it, while the debate is open", ANSWER.yes, NOBODY)
OWN_PROPOSAL = Rule("Who proposed it, closed or not", frozenset({"author"}))
TAKE_PART = Rule("Members and bots, closed or not", ACCOUNTS)
MARK = Rule("People, closed or not; never bots", HUMANS)
EDIT = Rule("The author, while the debate is open", frozenset({"author"}), NOBODY)
WITHDRAW = Rule("The author, closed or not", frozenset({"author"}))
REPORT = Rule("People but the author; never bots", HUMANS - {"author"})
DROP = Rule("Who put the crux forward, and facilitators", frozenset({"author", "facilitator"}))
LOOK_AFTER = Rule(
    "Facilitators of the debate, and moderators", frozenset({"facilitator", "moderator"})
)
CONCERNED = Rule("Whom the act concerns", frozenset({"author"}))
DECIDE = Rule("Moderators, and other facilitators than who acted", frozenset({"moderator"}))
REWORD = Rule("Facilitators and moderators, while it is open", LOOK_AFTER.yes, NOBODY)
RENAME = Rule(
    "The author, facilitators and moderators, while it is open",
    LOOK_AFTER.yes | {"author"},
    NOBODY,
)
REMOVE = Rule(
    "Facilitators and moderators; outsiders are not told who takes part",
    LOOK_AFTER.yes,
    absent=OUTSIDERS,
)
OWNER = Rule(
    "Whose it is; for others it is not there",
    frozenset({"author"}),
    absent=ACCOUNTS - {"author"},
)
OWN_EXPORT = Rule("People who have an export: none of the nine", HUMANS, absent=HUMANS)
MODERATE = Rule("Moderators", frozenset({"moderator"}))
SUPERUSERS = Rule("Administrators, who are none of the nine", NOBODY)
UNUSED = Rule("Nobody: parts of the admin that are not used here", NOBODY)
UNUSED_THERE = Rule(
    "Nobody: parts of the admin in which there is nothing", NOBODY, absent=frozenset({"moderator"})
)
BEGUN = Rule("Who has begun it; others are led to the sign-in page", NOBODY, refusal=SIGN_IN)
FACTOR = Rule("Who has set it up; for others it is not there", NOBODY, absent=ACCOUNTS)
BY_FACTOR = Rule("Who has a second factor; others give their password", NOBODY, refusal=AGAIN)
WATCHING = Rule("Who has the token of the figures: none of the nine", NOBODY, absent=EVERYBODY)
SUSPENDED = Rule("Who is suspended; for others it is not there", NOBODY, absent=ACCOUNTS)
NOT_THERE = Rule("Nobody: there is nothing", EVERYBODY, absent=EVERYBODY)

Sent = Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """An address (by a name that may hold *), a method, a rule; `sends` makes what is sent.

    `at` says what stands in the address where it is not the usual. `within`: whether it belongs to
    a debate; `signed_out` what visitors get of a form that keeps their words: a refusal; `more`:
    reading it takes a token with more than the scope `read`.
    """

    name: str
    method: str
    rule: Rule
    sends: Sent = field(default=lambda place, who: {})
    at: tuple[tuple[str, Any], ...] = ()
    within: bool = True
    signed_out: str = SIGN_IN
    more: bool = False

    def fits(self, route: Route) -> bool:
        """Whether the row is about this route."""
        return fnmatchcase(route.name, self.name)


def outcome(row: Row, door: str, place: str, identity: str) -> str:
    """What the identity gets of the row's address in a place."""
    if door == "mcp":
        return YES if identity in row.rule.yes else SIGN_IN
    if door == "api":
        early = _before_the_debate(row, identity)
        return early or _in_the_debate(row, place, identity)
    stranger = identity.endswith("token") or identity == "suspended"  # no session is theirs
    return _in_the_debate(row, place, "visitor" if stranger else identity)


def _in_the_debate(row: Row, place: str, identity: str) -> str:
    if row.within and place == "private" and identity not in INSIDERS:
        return ABSENT
    if identity in row.rule.absent:
        return ABSENT
    is_shut = place == "closed" and row.rule.closed is not None
    may = row.rule.closed if is_shut else row.rule.yes
    if identity in (may or NOBODY):
        return YES
    return row.signed_out if identity == "visitor" else row.rule.refusal


def _before_the_debate(row: Row, identity: str) -> str:
    """What the API says of the token alone, before it looks for a debate."""
    if row.rule is NOT_THERE:
        return ""
    if identity == "suspended":
        return SIGN_IN
    if identity == "visitor" and (row.method != "GET" or row.rule not in (READ, OPEN)):
        return SIGN_IN
    if identity == "read token" and (row.method != "GET" or row.more):
        return NO
    return ""
