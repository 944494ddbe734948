"""How much anybody may do within a time: the tables, and how they are read. No writes.

What people do to a debate is limited by their standing, which grows by what they have done:
`BY_STANDING` and `STEPS`. Whatever changes something is limited besides, for the account, the
token and the address it comes from: `WRITES`, and `DOORS` where less is enough.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from accounts import moments
from accounts.models import Standing, User

IPV6_LINE = 64  # bits
MINUTE, HOUR, DAY = 60, 3600, 86_400
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


class LimitReached(Exception):
    """Enough for now; `retry_after` is in seconds, 0 where waiting does not help.

    `left` says of what, where that is known.
    """

    def __init__(self, reason: str, *, retry_after: int, left: Sequence[Left] = ()) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.left = left


class Deed(StrEnum):
    """What is counted for an account; said in the plural."""

    STATEMENTS = "statements"
    EDITS = "edits"
    REPORTS = "reports"
    DEBATES = "new debates"
    TOPICS = "new topics"
    PROPOSALS = "proposals"


DEEDS = {
    Deed.STATEMENTS: gettext_lazy("statements"),
    Deed.EDITS: gettext_lazy("edits"),
    Deed.REPORTS: gettext_lazy("reports"),
    Deed.DEBATES: gettext_lazy("new debates"),
    Deed.TOPICS: gettext_lazy("new topics"),
    Deed.PROPOSALS: gettext_lazy("proposals"),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many within so many seconds."""

    most: int
    seconds: int

    def __str__(self) -> str:
        return f"{moments.number(self.most)} {self._time}"

    def of(self, what: str) -> str:
        """Say so many of what: '20 statements an hour'."""
        return f"{moments.number(self.most)} {what} {self._time}"

    @property
    def _time(self) -> str:
        times = {MINUTE: gettext("a minute"), HOUR: gettext("an hour"), DAY: gettext("a day")}
        minutes = gettext("in %(n)s minutes") % {"n": self.seconds // MINUTE}
        return times.get(self.seconds, minutes)


@dataclass(frozen=True, slots=True)
class Level:
    """What one of a standing may do; `links` are those in one statement."""

    statements: Rate
    edits: Rate
    reports: Rate
    debates: Rate
    topics: Rate
    proposals: Rate
    links: int

    def rate(self, deed: Deed) -> Rate:
        """The rate of a deed."""
        few = (self.reports, self.debates, self.topics, self.proposals)
        return dict(zip(Deed, (self.statements, self.edits, *few), strict=True))[deed]


# ---- by standing
BY_STANDING: dict[Standing, Level] = {
    # standing       statements       edits            reports         debates
    #                topics           proposals        links
    Standing.NEW: Level(
        Rate(20, HOUR), Rate(20, HOUR), Rate(5, DAY), Rate(2, DAY),
        Rate(0, DAY), Rate(5, DAY), 2),
    Standing.MEMBER: Level(
        Rate(60, HOUR), Rate(60, HOUR), Rate(20, DAY), Rate(5, DAY),
        Rate(3, DAY), Rate(20, DAY), 10),
    Standing.TRUSTED: Level(
        Rate(200, HOUR), Rate(200, HOUR), Rate(100, DAY), Rate(20, DAY),
        Rate(10, DAY), Rate(100, DAY), 30),
}  # fmt: skip
BOT = Level(
    Rate(120, HOUR), Rate(60, HOUR), Rate(0, DAY), Rate(5, DAY), Rate(0, DAY), Rate(40, DAY), 10
)
"""Of proposals the most: what becomes of a bot's decides how many of them it may make."""
BOTS_TOGETHER: dict[Standing, Level] = {
    # owner's standing
    Standing.NEW: Level(
        Rate(20, HOUR), Rate(20, HOUR), Rate(0, DAY), Rate(2, DAY),
        Rate(0, DAY), Rate(10, DAY), 2),
    Standing.MEMBER: Level(
        Rate(120, HOUR), Rate(60, HOUR), Rate(0, DAY), Rate(5, DAY),
        Rate(0, DAY), Rate(80, DAY), 10),
    Standing.TRUSTED: Level(
        Rate(600, HOUR), Rate(300, HOUR), Rate(0, DAY), Rate(20, DAY),
        Rate(0, DAY), Rate(200, DAY), 10),
}  # fmt: skip
"""What all bots of one person may do together, so that nobody gets round limits by bots."""
EXPORTS = Rate(5, HOUR)
IMPORTS = Rate(30, HOUR)
"""Files that are read; what comes of them counts as a new debate."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a person must have done for a standing: days here, and statements that stand.

    `agreed_by` are other people, not new themselves, who agree with some of them; at most
    `hidden_most` were hidden in the last 30 days.
    """

    standing: Standing
    days: int
    statements: int
    agreed_by: int
    hidden_most: int = 0


STEPS = (  # the first that fits
    Step(Standing.TRUSTED, days=30, statements=50, agreed_by=10),
    Step(Standing.MEMBER, days=1, statements=5, agreed_by=0),
)


# ---- by what changes something
@dataclass(frozen=True, slots=True)
class Door:
    """What one account, token and address may send there.

    `names` are fields of its form, whose value is counted for itself: a user name, a mail.
    """

    account: Rate = Rate(120, MINUTE)
    token: Rate = Rate(120, MINUTE)
    address: Rate = Rate(600, MINUTE)  # of WRITES, the setting ADDRESS_WRITES a minute
    names: Mapping[str, Rate] = field(default_factory=dict)


WRITES = Door()
DOORS: dict[str, Door] = {
    "account_login": Door(address=Rate(60, MINUTE)),  # besides, TRIES
    "account_signup": Door(address=Rate(30, HOUR), names={"email": Rate(5, HOUR)}),
    "account_reset_password": Door(address=Rate(30, HOUR), names={"email": Rate(5, HOUR)}),
    "account_reset_password_from_key": Door(address=Rate(30, HOUR)),
    "account_confirm_email": Door(address=Rate(60, HOUR)),
    "account_email": Door(
        account=Rate(20, HOUR), address=Rate(60, HOUR), names={"email": Rate(5, HOUR)}
    ),
    "account_reauthenticate": Door(account=Rate(10, MINUTE), address=Rate(60, MINUTE)),
    "account_change_password": Door(account=Rate(10, MINUTE), address=Rate(60, MINUTE)),
    "mfa_authenticate": Door(address=Rate(30, MINUTE)),
    "mfa_reauthenticate": Door(account=Rate(10, MINUTE), address=Rate(60, MINUTE)),
    "mfa_login_webauthn": Door(address=Rate(60, MINUTE)),
    "debate:account-leave": Door(account=Rate(10, MINUTE), address=Rate(60, MINUTE)),
    "accounts:bot-create": Door(account=Rate(20, HOUR)),
    "accounts:token-create": Door(account=Rate(40, HOUR)),
}
"""By the name of the address; all others are WRITES."""


# ---- by secrets that were wrong
@dataclass(frozen=True, slots=True)
class Tries:
    """How many wrong ones there may be for one account; `of` says of what."""

    of: str | Promise
    soon: Rate
    long: Rate


PASSWORDS = Tries(gettext_lazy("wrong passwords"), soon=Rate(5, 5 * MINUTE), long=Rate(100, HOUR))
"""`soon` is for one name or address of mail from one address, `long` for it from anywhere: so a
stranger who fails with somebody's name does not keep them out of their own account."""
CODES = Tries(gettext_lazy("wrong codes"), soon=Rate(5, 5 * MINUTE), long=Rate(50, DAY))
"""Of a second factor, from anywhere: who tries knows the password already."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a key may use. It tells nobody whose it is: addresses and mails are not kept.

    `name` is what programs know it by.
    """

    key: str
    rate: Rate
    of: str
    amount: int = 1
    name: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """How much of a budget is left, and in how many seconds all of it is there again."""

    budget: Budget
    number: int
    seconds: int


def of_request(
    name: str, *, account: User | None, token: int | None, address: str, sent: Mapping[str, str]
) -> list[Budget]:
    """What a request that changes something uses up; `address` is where it comes from."""
    door = DOORS.get(name, WRITES)
    own = f" {name}" if name in DOORS else ""
    return list(_budgets(door, own, account, token, address, sent))


def _budgets(
    door: Door,
    own: str,
    account: User | None,
    token: int | None,
    address: str,
    sent: Mapping[str, str],
) -> Iterator[Budget]:
    if account is not None and account.standing != Standing.EXEMPT:
        key = _key(f"account{own}", account.pk)
        yield Budget(key, door.account, gettext("requests"), name="account")
    if token is not None:
        key = _key(f"token{own}", token)
        yield Budget(key, door.token, gettext("requests"), name="token")
    rate = door.address if own else Rate(settings.ADDRESS_WRITES, MINUTE)
    key = _key(f"address{own}", network(address))
    yield Budget(key, rate, gettext("requests from one address"), name="address")
    for field_name, rate in door.names.items():
        if value := sent.get(field_name, "").strip().lower():
            yield Budget(_key(f"{field_name}{own}", value), rate, gettext("tries"))


def of_password(login: str, address: str) -> list[Budget]:
    """What a wrong password uses up: for who is named, from there and from anywhere."""
    name, line = login.strip().lower(), network(address)
    return [
        Budget(_key("password", f"{name} {line}"), PASSWORDS.soon, str(PASSWORDS.of)),
        Budget(_key("password", name), PASSWORDS.long, str(PASSWORDS.of)),
    ]


def of_code(account: User) -> list[Budget]:
    """What a wrong code uses up."""
    return [
        Budget(_key("code", account.pk), CODES.soon, str(CODES.of)),
        Budget(_key("codes", account.pk), CODES.long, str(CODES.of)),
    ]


def of_deed(
    account: User, deed: Deed, amount: int = 1, *, most: int | None = None
) -> list[Budget]:
    """What a deed uses up; nothing for who is exempt. A bot's counts for its owner's bots too.

    `most` is for one to whom less is allowed than to others of the same standing.
    """
    found, together = level(account), _together(account)
    name, budgets = deed.replace(" ", "-"), []
    if found is not None:
        rate = found.rate(deed)
        rate = rate if most is None else Rate(min(most, rate.most), rate.seconds)
        key = _key(deed, account.pk)
        budgets.append(Budget(key, rate, str(DEEDS[deed]), amount, name))
    if together is not None:
        key = _key(deed, f"bots of {account.owner_id}")
        of = gettext("%(deeds)s for all your bots") % {"deeds": DEEDS[deed]}
        budgets.append(Budget(key, together.rate(deed), of, amount, f"{name}-of-all-bots"))
    return budgets


def of_export(account: User) -> list[Budget]:
    """What an export of one's data uses up."""
    return [Budget(_key("export", account.pk), EXPORTS, gettext("exports"), name="exports")]


def of_import(account: User) -> list[Budget]:
    """What reading a file uses up."""
    return [Budget(_key("import", account.pk), IMPORTS, gettext("imports"), name="imports")]


def _together(account: User) -> Level | None:
    """The level of all bots of a bot's owner; None for people, and where the owner is exempt."""
    if not account.is_bot or account.standing == Standing.EXEMPT or account.owner is None:
        return None
    standing = _standing(account.owner)
    return None if standing == Standing.EXEMPT else BOTS_TOGETHER[standing]


def _standing(account: User) -> Standing:
    is_set = account.is_moderator and account.standing != Standing.EXEMPT
    return Standing.TRUSTED if is_set else Standing(account.standing)


def level(account: User) -> Level | None:
    """The level of an account; None for who is exempt: moderators trust them without limits."""
    if account.standing == Standing.EXEMPT:
        return None
    if account.is_bot:
        return BOT
    return BY_STANDING[_standing(account)]


def refusal_of_links(account: User, text: str) -> str:
    """Why this account cannot put so many links into one statement; empty where it can."""
    number = len(LINK.findall(text))
    levels = (level(account), _together(account)) if number else ()
    most = min((one.links for one in levels if one), default=number)
    if number <= most:
        return ""
    return gettext(
        "There are %(number)s links in this; the most for you is %(most)s in one statement. "
        "Say the others in words, or in a statement of their own."
    ) % {"number": number, "most": most}


def network(address: str) -> str:
    """What of an address one line has: all of IPv4, of IPv6 the /64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # of a server on a socket
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_LINE), strict=False))


def _key(kind: str, whose: object) -> str:
    return salted_hmac("accounts.limits", f"{kind} {whose}", algorithm="sha256").hexdigest()[:40]
