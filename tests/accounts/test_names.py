"""What people may call themselves, and who looks like whom."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts import actions, names
from accounts.models import FormerName, Look, Rename, User, name_digest
from tests import factories

GOOD = (
    "Alice",
    "J\u00fcrgen M\u00fcller-L\u00fcdenscheidt",
    "O\u2019Brien",
    "Dr. Ann Lee (Basel)",
    "\u0410\u043d\u043d\u0430 \u041a\u0430\u0440\u0435\u043d\u0438\u043d\u0430",
    "\u5c71\u7530\u592a\u90ce",
    "\u5c71\u7530 \u30bf\u30ed\u30a6 Taro",
    "\u0e1b\u0e23\u0e30\u0e18\u0e32\u0e19 \u0e43\u0e08\u0e14\u0e33",
    "\u0905\u092e\u093f\u0924",
    "\u0645\u0631\u064a\u0645",
    "R2-D2",
    "Nguy\u1ec5n Th\u1ecb Minh Khai",
    "Strau\u00df",
    "\u0130nci Y\u0131ld\u0131z",
    "Aliy\u0259v",
    "\u0190t\u0254na D\u0254gbe",
    "\u0294\u0259l\u0259q\u02b9am",
)
TRICKS = {
    "bidi override": "ann\u202egnp",
    "bidi isolate": "\u2067ann",
    "right-to-left mark": "ann\u200f",
    "zero width space": "a\u200bnn",
    "zero width joiner": "a\u200dnn",
    "soft hyphen": "a\u00adnn",
    "byte order mark": "\ufeffann",
    "word joiner": "a\u2060nn",
    "tag": "ann\U000e0041",
    "variation selector": "ann\ufe0f",
    "grapheme joiner": "a\u034fnn",
    "Hangul filler": "\u3164",
    "halfwidth filler": "ann\uffa0",
    "Braille blank": "ann\u2800",
    "NUL": "a\x00nn",
    "line separator": "ann\u2028lee",
    "no-break space": "ann\u00a0lee",
    "ideographic space": "ann\u3000lee",
    "private use": "ann\ue000",
    "unassigned": "ann\u0378",
    "many marks": "a\u0300\u0301\u0302\u0303\u0304nn",
    "a mark first": "\u0301ann",
    "full width": "\uff21nn",
    "mathematical": "\U0001d400nn",
    "circled": "\u24b6nn",
    "superscript": "ann\u00b2",
    "small capitals": "m\u1d0fderat\u1d0fr",
    "a small capital at the front": "\u1d00dmin",
    "small capitals of phonetics": "\u0280\u1d0f\u1d0f\u1d1b",
    "small capitals throughout": "\u1d04\u0280\u1d1cx",
    "a small capital within": "b\u1d0fb",
    "a small capital S": "\ua731upport",
    "a capital of a small capital": "\u01a6oot",
    "a letter of phonetics": "ann\u0237",
    "a letter of phonetics without a capital": "b\u1d11b",
    "an insular letter": "\ua785upport",
    "a raised letter": "ann\u02b0",
    "a raised letter of no other": "ann\u1d2f",
    "a click": "ann\u01c3",
    "a check mark": "ann \u2713",
    "an emoji": "ann \U0001f6e1",
    "Cyrillic in Latin": "\u0430nn",
    "Greek in Latin": "\u03bfscar",
    "Armenian in Latin": "\u0585scar",
    "digits of two scripts": "ann 1\u0661",
    "nothing": "...",
    "a tag of HTML": "<b>ann",
    "an address": "ann@example.org",
    "a path": "ann/lee",
}
ALIKE = (
    ("alice", "Alice"),
    ("alice", "A L I C E"),
    ("alice", "al-ice"),
    ("alice", "a1ice"),
    ("alice", "alIce"),
    ("oscar", "0scar"),
    ("mary", "rnary"),
    ("wanda", "vvanda"),
    ("ace", "\u0430\u0441\u0435"),  # all Cyrillic
    ("oxo", "\u03bf\u03c7\u03bf"),  # all Greek
    ("Anna 3", "Anna \u0663"),  # Arabic-Indic digit
    ("Zo\u00eb", "Zoe\u0308"),
    ("moderator", "m\u1d0fderat\u1d0fr"),  # small capitals, of names from before they were refused
    ("support", "\ua731upport"),
    ("annlee", "ann\u02bclee"),  # an apostrophe that is a letter
)


@pytest.mark.parametrize("name", GOOD)
def test_names_as_people_have_them_are_allowed(name: str) -> None:
    assert names.problem(names.tidy(name)) == ""


@pytest.mark.parametrize("name", TRICKS.values(), ids=TRICKS)
def test_tricks_are_refused_with_a_sentence(name: str) -> None:
    assert names.problem(name).endswith(".")


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_cannot_be_told_apart_has_one_look(one: str, other: str) -> None:
    assert names.look(one) == names.look(other)


@pytest.mark.parametrize(("one", "other"), [("Jos\u00e9", "Jose"), ("ann", "anne"), ("r2", "r3")])
def test_what_can_be_told_apart_has_two_looks(one: str, other: str) -> None:
    assert names.look(one) != names.look(other)


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMIN",
        "adm1n",
        "admin-2",
        "Site Admin",
        "crux",
        "Crux Support",
        "Moderator Mara",
        "Facilitator Anna",
        "Mod",
        "Mod 7",
        "Anna (Mod)",
        "C-R-U-X!",
        "system",
        "api",
        "accounts",
        "you",
        "Former member",
        "somebody",
        "Visitor",
    ],
)
def test_names_of_functions_and_addresses_are_kept(name: str) -> None:
    assert names.problem(name)


@pytest.mark.parametrize(
    "name", ["Administra", "Cruxton", "Apia", "Youssef", "Dana", "Badmin", "Modibo", "Modena"]
)
def test_names_that_only_contain_a_reserved_word_are_allowed(name: str) -> None:
    assert names.problem(name) == ""


def test_a_name_is_stored_composed_and_without_stray_spaces() -> None:
    assert names.tidy("  Zoe\u0308   Lee ") == "Zo\u00eb Lee"


# ---- renaming
@pytest.fixture
def held(alice: User, bob: User) -> None:
    for account in (alice, bob):
        actions.hold_names(account)


def rename(account: User, **to: str) -> None:
    given = {"username": account.username, "name": account.name, **to}
    actions.rename(account, by=account, **given)
    account.refresh_from_db()


def refused(account: User, **to: str) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        rename(account, **to)
    account.refresh_from_db()
    return error.value.message_dict


def test_a_rename_leaves_a_trail(alice: User, held: None) -> None:
    rename(alice, username="alice-lee", name=" Alice  Lee ")
    assert (alice.username, alice.name) == ("alice-lee", "Alice Lee")
    told = {one.field: (one.before, one.after) for one in Rename.objects.all()}
    assert told == {"username": ("alice", "alice-lee"), "name": ("Alice", "Alice Lee")}


def test_the_same_names_change_nothing(alice: User, held: None) -> None:
    rename(alice)
    assert not Rename.objects.exists()


@pytest.mark.parametrize("name", ["Bob", "BOB", "B0b", "b o b"])
def test_nobody_looks_like_somebody_else(alice: User, held: None, name: str) -> None:
    assert "looks like another account" in refused(alice, name=name)["name"][0]
    assert alice.name == "Alice"
    assert not Rename.objects.exists()


def test_a_username_does_not_look_like_a_shown_name(alice: User, bob: User, held: None) -> None:
    rename(bob, name="Robert Lee")
    assert "username" in refused(alice, username="r0bert-lee")


def test_an_earlier_username_is_given_to_nobody_else(alice: User, bob: User, held: None) -> None:
    rename(alice, username="amy", name="Amy")
    assert "username" in refused(bob, username="alice")
    assert "name" in refused(bob, name="Alice")
    with pytest.raises(ValidationError):
        actions.create_bot(by=bob, username="al1ce")


def test_an_earlier_shown_name_is_free_again(alice: User, bob: User, held: None) -> None:
    rename(alice, name="Zoe")
    rename(alice, name="Amy")
    rename(bob, name="Zoe")
    assert bob.name == "Zoe"


def test_one_takes_ones_own_earlier_username_back(alice: User, held: None) -> None:
    rename(alice, username="amy")
    Rename.objects.update(at=timezone.now() - timedelta(days=31))
    rename(alice, username="alice")
    assert alice.username == "alice"


def test_a_username_changes_once_in_thirty_days_and_says_when(alice: User, held: None) -> None:
    rename(alice, username="amy")
    Rename.objects.update(at=datetime(2026, 1, 1, tzinfo=UTC))
    rename(alice, username="ann")
    again = timezone.now() + timedelta(days=30)
    [said] = refused(alice, username="eve")["username"]
    assert f"{again.day} {again:%B %Y}" in said
    assert alice.username == "ann"


def test_a_shown_name_changes_three_times_a_day(alice: User, held: None) -> None:
    for name in ("Amy", "Ann", "Zoe"):
        rename(alice, name=name)
    assert "name" in refused(alice, name="Eve")
    Rename.objects.filter(after="Amy").update(at=timezone.now() - timedelta(days=1, minutes=1))
    rename(alice, name="Eve")
    assert alice.name == "Eve"


@pytest.mark.parametrize("username", ["", "No-Capitals!", "-x", "x" * 41, "\u0430lice", "admin"])
def test_a_username_keeps_its_rules(alice: User, held: None, username: str) -> None:
    assert "username" in refused(alice, username=username)


def test_both_names_are_told_about_at_once(alice: User, held: None) -> None:
    assert set(refused(alice, username="api", name="\u202e")) == {"username", "name"}


def test_people_rename_themselves_only(alice: User, bob: User, rob: User, mara: User) -> None:
    for account, by in ((alice, bob), (rob, bob), (rob, rob), (alice, mara)):
        with pytest.raises(PermissionDenied):
            actions.rename(account, by=by, username="amy", name="")


def test_a_bot_is_not_called_like_a_function_or_a_person(bob: User, held: None) -> None:
    for given in ({"username": "crux-bot"}, {"username": "tally", "name": "B\u043eb"}):
        with pytest.raises(ValidationError):
            actions.create_bot(by=bob, **given)
    bot = actions.create_bot(by=bob, username="tally", name="Tally the Bot")
    assert {one.look for one in bot.looks.all()} == {"tally", "tallythebot"}


def test_the_database_keeps_a_look_for_one_account(alice: User, bob: User, held: None) -> None:
    with pytest.raises(IntegrityError):
        Look.objects.create(look=names.look("alice"), account=bob)


# ---- accounts that were made without a form
def test_an_administrator_made_at_the_command_line_holds_a_name(alice: User) -> None:
    User.objects.create_superuser(username="root", email="", password="violet-marmot-9")
    assert "name" in refused(alice, name="R00t")
    assert Look.objects.get(look="root").account.username == "root"


def test_an_imported_speaker_takes_no_name_from_anybody(alice: User, held: None) -> None:
    FormerName.objects.create(digest=name_digest("Wanda"))
    for username, name in (("speaker", "Alice"), ("speaker-2", "Wanda")):
        speaker = factories.UserFactory.create(kind="imported", username=username, name=name)
        actions.hold_free_names(speaker)
        assert {one.look for one in speaker.looks.all()} == {names.look(username)}
    assert Look.objects.get(look=names.look("alice")).account == alice


def test_names_from_before_are_held_once_the_tables_are_brought_up_to_date(
    alice: User, bob: User
) -> None:
    speaker = factories.UserFactory.create(kind="imported", username="first", name="B\u1d0fb")
    other = factories.UserFactory.create(kind="imported", username="second", name="Another One")
    Look.objects.create(look=names.look("alice"), account=alice)
    migration = importlib.import_module("accounts.migrations.0008_looks")
    migration.hold_looks(apps, None)
    migration.hold_looks(apps, None)
    told = set(Look.objects.values_list("look", "account__username"))
    assert told >= {(names.look("alice"), "alice"), ("bob", "bob"), ("anotherone", other.username)}
    assert ("bob", speaker.username) not in told
