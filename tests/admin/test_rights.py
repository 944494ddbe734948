from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import ApiToken, Rename, User
from debate.models import Debate, Event, Mark, ModerationAct, Report, Statement
from tests import factories

pytestmark = pytest.mark.django_db

NOUNS = ("debate/report", "debate/statement", "debate/moderationact", "debate/debate")
LISTS = ("/admin/", "/admin/debate/", *(f"/admin/{noun}/" for noun in NOUNS))
SWITCHED = {"is_staff": "on", "standing": "exempt"}
USERS = "/admin/accounts/user/"


@pytest.fixture
def pages(claim: Statement, mara: User) -> list[str]:
    """All pages of the admin, with rows in every list."""
    factories.ReportFactory.create(statement=claim)
    factories.ModerationActFactory.create(statement=claim, moderator=mara)
    rows = [model.objects.first() for model in (Report, Statement, ModerationAct, Debate, User)]
    return [*LISTS, "/admin/accounts/", USERS, *(_page(row) for row in rows)]


def _page(row: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]  # a row of any table
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])  # type: ignore[attr-defined]  # as above


@pytest.fixture
def root(db: None) -> User:
    return factories.UserFactory.create(username="root", is_staff=True, is_superuser=True)


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def others(alice: User, rob: User) -> Iterator[Client]:
    past = factories.UserFactory.create(is_staff=True, is_active=False)
    power = factories.UserFactory.create(is_superuser=True)
    return iter([Client(), *(_as(user) for user in (alice, rob, past, power))])


def test_a_moderator_opens_every_page(mara: User, pages: list[str]) -> None:
    client = _as(mara)
    assert {address: client.get(address).status_code for address in pages} == dict.fromkeys(
        pages, 200
    )


def test_a_superuser_opens_every_page(root: User, pages: list[str]) -> None:
    client = _as(root)
    assert {client.get(address).status_code for address in pages} == {200}


def test_nobody_else_opens_any_page(pages: list[str], others: Iterator[Client]) -> None:
    for client in others:
        assert {client.get(address).status_code for address in pages} == {302}
        assert {client.post(address).status_code for address in pages} == {302}


def test_a_visitor_signs_in_where_everybody_does() -> None:
    answer = Client().get("/admin/debate/report/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Fdebate%2Freport%2F"
    assert Client().post("/admin/login/", {"username": "mara", "password": "x"}).status_code == 302


def test_a_member_is_told_that_this_is_for_moderators(alice: User) -> None:
    assert _as(alice).get("/admin/", follow=True).status_code == 403


def test_moderators_change_their_password_where_everybody_does(mara: User) -> None:
    sent = {"old_password": "correct horse"}
    sent |= dict.fromkeys(("new_password1", "new_password2"), "violet-marmot-9")
    client = _as(mara)
    for address in ("/admin/password_change/", "/admin/password_change/done/"):
        for answer in (client.get(address), client.post(address, sent)):
            assert answer.status_code == 302
            assert answer.headers["Location"] == reverse("account_change_password")
    mara.refresh_from_db()
    assert mara.check_password("correct horse")


def test_signing_in_leads_nowhere_else(mara: User) -> None:
    answer = _as(mara).get("/admin/login/?next=https://elsewhere.example/")
    assert answer.headers["Location"] == "/admin/"


@pytest.mark.parametrize("noun", [*NOUNS, "accounts/user"])
def test_nobody_adds_or_deletes_a_row(root: User, pages: list[str], noun: str) -> None:
    client = _as(root)
    row = next(page for page in pages if page.startswith(f"/admin/{noun}/") and "change" in page)
    assert client.get(f"/admin/{noun}/add/").status_code == 403
    assert client.post(row.replace("change", "delete"), {"post": "yes"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": row.split("/")[-3]}
    client.post(f"/admin/{noun}/", {**selected, "post": "yes"})
    assert client.get(row).status_code == 200


@pytest.mark.parametrize("noun", ["moderationact", "debate"])
def test_not_even_a_superuser_changes_the_log_or_a_debate(
    root: User, pages: list[str], noun: str
) -> None:
    rows = f"/admin/debate/{noun}/"
    row = next(page for page in pages if page.startswith(rows) and "ch" in page)
    assert _as(root).post(row, {"reason": "other", "question": "other?"}).status_code == 403


@pytest.mark.parametrize("model", [ApiToken, Mark, Event, Group])
def test_other_tables_are_not_here(model: type) -> None:
    assert not admin.site.is_registered(model)


def test_who_writes_a_decision_without_the_site_is_refused(mara: User, claim: Statement) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(mara)
    assert client.post(_page(claim), {"act": "hide", "reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    "lookup",
    [
        *("author__password__startswith", "author__email__startswith", "person__email__contains"),
        *("statement__author__password__startswith", "moderator__password__startswith"),
        *("debate__participations__person__email__startswith", "password__startswith"),
    ],
)
def test_no_list_is_narrowed_by_what_its_filters_do_not_name(mara: User, lookup: str) -> None:
    """Else each letter of a secret could be asked for, one after the other."""
    client, asked = _as(mara), 0
    for model in admin.site._registry:
        at = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if client.get(at).status_code == 200:
            asked += 1
            answer = client.get(at, {lookup: "a", "_popup": "1"})
            unknown = answer.status_code == 302 and answer.headers["Location"].endswith("?e=1")
            assert answer.status_code in (400, 403) or unknown, (at, answer.status_code)
    assert asked > 5


# ---- accounts
def test_a_superuser_switches_an_account_off_and_makes_a_moderator(root: User, bob: User) -> None:
    answer = _as(root).post(_page(bob), {**SWITCHED, "username": "new", "email": "x@y.org"})
    assert answer.status_code == 302
    bob.refresh_from_db()
    assert (bob.is_active, bob.is_staff, bob.username) == (False, True, "bob")
    assert bob.email == "bob@example.org"


def test_a_moderator_switches_no_account_and_sees_no_address(mara: User, bob: User) -> None:
    client = _as(mara)
    client.post(_page(bob), {"standing": bob.standing, "is_staff": "on"})
    bob.refresh_from_db()
    assert bob.is_active
    assert not bob.is_staff
    assert bob.email not in client.get(_page(bob)).content.decode()
    assert "Bob" not in client.get(f"{USERS}?q={bob.email}").content.decode()
    assert client.get(f"{USERS}?email__startswith=b").status_code == 400
    assert client.get(f"{USERS}{bob.pk}/password/").status_code == 403


def test_nobody_switches_oneself_off(root: User) -> None:
    _as(root).post(_page(root), {})
    root.refresh_from_db()
    assert root.is_active
    assert root.is_staff


def test_a_superuser_sets_a_persons_password_and_a_bot_has_none(
    root: User, bob: User, rob: User
) -> None:
    client = _as(root)
    tokens = [factories.ApiTokenFactory.create(user=one) for one in (bob, rob)]
    secret = {"password1": "violet-marmot-9", "password2": "violet-marmot-9"}
    sent = {**secret, "usable_password": "true", "set-password": "1"}
    assert client.post(f"{USERS}{bob.pk}/password/", sent).status_code == 302
    bob.refresh_from_db()
    assert bob.check_password("violet-marmot-9")
    for token in tokens:
        token.refresh_from_db()
        assert token.revoked_at, "somebody else may have made it"
    for nobody in (rob.pk, "9" * 5000):
        assert client.post(f"{USERS}{nobody}/password/", sent).status_code == 403


def test_moderators_see_who_was_called_what_and_change_nothing(mara: User, bob: User) -> None:
    actions.rename(bob, by=bob, username="bobby", name="Bob")
    client = _as(mara)
    rows = "/admin/accounts/rename/"
    assert "bobby" in client.get(f"{rows}?q=bob").content.decode()
    row = _page(Rename.objects.get())
    assert client.get(row).status_code == 200
    assert client.post(row, {"before": "other"}).status_code == 403
    assert _as(bob).get(rows).status_code == 302


def test_a_switch_signs_the_account_out(root: User, bob: User) -> None:
    client = _as(bob)
    _as(root).post(_page(bob), {**SWITCHED, "is_active": "on"})
    assert client.get("/accounts/").status_code == 302


def test_moderators_say_how_far_people_are_trusted_and_set_nothing_else(
    client: Client, mara: User, bob: User
) -> None:
    client.force_login(mara)
    page = f"/admin/accounts/user/{bob.pk}/change/"
    html = client.get(page).content.decode()
    assert 'name="standing"' in html
    for other in ("is_active", "is_staff", "is_superuser", "email"):
        assert f'name="{other}"' not in html
    sent = {"standing": "trusted", "is_staff": "on", "is_superuser": "on"}
    assert client.post(page, sent).status_code == 302
    bob.refresh_from_db()
    assert (bob.standing, bob.is_standing_set) == ("trusted", True)
    assert (bob.is_active, bob.is_staff, bob.is_superuser) == (True, False, False)
    client.post(page, {"standing": "trusted"})
    bob.refresh_from_db()
    assert (bob.standing, bob.is_standing_set) == ("trusted", False)
    assert client.get(f"/admin/accounts/user/{bob.pk}/password/").status_code == 403
    own = f"/admin/accounts/user/{mara.pk}/change/"
    assert 'name="standing"' not in client.get(own).content.decode()
    client.post(own, {"standing": "exempt"})
    mara.refresh_from_db()
    assert not mara.is_standing_set
