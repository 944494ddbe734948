"""The accounts in whose names imported words stand: nobody can sign in to them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from django.utils.text import slugify

from accounts import actions as accounts
from accounts import names
from accounts.models import FORMER, FormerName, Rename, User, name_digest
from accounts.models import Kind as AccountKind
from debate.actions.bulk import BATCH, reserved
from debate.formats.outline import Person

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
LONGEST = 40
NAME_MAX = 60


def made(people: Sequence[Person]) -> dict[str, User]:
    """Make an account for each of these people, by key; never one that is here already.

    Bots become bots of their owner's account, or speakers where none is known. Who had left
    becomes a former member. A fixed number of queries.
    """
    usernames = _usernames([one for one in people if not one.left])
    found: dict[str, User] = {}
    for pk, one in zip(reserved(len(people), "accounts_user"), people, strict=True):
        found[one.key] = _account(pk, one, usernames.get(one.key, f"{FORMER}{pk}"))
    for one in people:
        if one.bot and one.owner in found and not found[one.owner].owner_id:
            found[one.key].kind = AccountKind.BOT
            found[one.key].owner = found[one.owner]
    rows = sorted(found.values(), key=lambda account: (account.owner_id is not None, account.pk))
    User.objects.bulk_create(rows, BATCH)
    accounts.hold_free_names(*(one for one in rows if not one.is_former))
    return found


def _account(pk: int, one: Person, username: str) -> User:
    account = User(pk=pk, username=username, name=one.name[:NAME_MAX], kind=AccountKind.IMPORTED)
    if one.left:
        account.name = accounts.NOBODYS_BOT if one.bot else accounts.NOBODY
        account.is_active = False
    if account.name == username:
        account.name = ""
    account.is_active = account.is_active and not one.bot
    account.set_unusable_password()
    return account


def _usernames(people: Collection[Person]) -> dict[str, str]:
    """A username for each that nobody has, as close as can be to what they are called."""
    wished = {one.key: _wished(one) for one in people}
    wishes = set(wished.values())
    taken = set(User.objects.filter(username__in=wishes).values_list("username", flat=True))
    taken |= _kept(wishes)
    if any(wish in taken for wish in wished.values()) or len(wishes) < len(wished):
        taken |= _alike(wished)
    found = {}
    for key, wish in wished.items():
        found[key] = _free(wish, taken)
        taken.add(found[key])
    return found


def _kept(usernames: Collection[str]) -> set[str]:
    """Those that were somebody's: earlier ones of accounts, and of who has left."""
    earlier = Rename.objects.filter(field=Rename.Field.USERNAME, before__in=usernames)
    digests = {name_digest(one): one for one in usernames}
    left = FormerName.objects.filter(pk__in=digests).values_list("pk", flat=True)
    return {*earlier.values_list("before", flat=True), *(digests[one] for one in left)}


def _alike(wished: Mapping[str, str]) -> set[str]:
    """The usernames that begin as one of these and go on with a number."""
    begun = {_stem(wish) for wish in wished.values()}
    pattern = "^(" + "|".join(sorted(begun)) + ")(-[0-9]+)?$"
    earlier = Rename.objects.filter(field=Rename.Field.USERNAME, before__regex=pattern)
    alike = User.objects.filter(username__regex=pattern)
    return {
        *alike.values_list("username", flat=True),
        *earlier.values_list("before", flat=True),
    }


def _wished(one: Person) -> str:
    username = one.username.lower()
    if USERNAME.fullmatch(username) and username not in names.RESERVED:
        return username
    made = slugify(one.name).replace("_", "-")[:LONGEST].strip("-")
    if not USERNAME.fullmatch(made) or made in names.RESERVED:
        return "speaker"
    return made


def _stem(username: str) -> str:
    return username[: LONGEST - 7].rstrip("-")


def _free(wish: str, taken: Collection[str]) -> str:
    number, free = 1, wish
    while free in taken:
        number += 1
        free = f"{_stem(wish)}-{number}"
    return free
