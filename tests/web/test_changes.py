from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import marks, moderation
from debate.models import Debate, Event, Statement
from debate.selectors import changes
from tests import factories


def test_polling_says_the_same_as_the_stream(
    client: Client, debate: Debate, claim: Statement, bob: User, mara: User
) -> None:
    marks.mark(claim, by=bob, truth="agree")
    moderation.report(claim, by=bob, reason="spam")
    at = f"/d/{debate.slug}/changes/"
    answer = client.get(f"{at}?after=0").json()
    assert [change["kind"] for change in answer["changes"]] == ["mark.set"]
    assert (answer["last"], answer["more"]) == (2, False)
    nothing = {"changes": [], "last": 2, "more": False, "standing": 0}
    assert client.get(f"{at}?after=2").json() == nothing
    assert client.get(f"{at}?after=x").status_code == 400
    client.force_login(mara)
    kinds = [change["kind"] for change in client.get(f"{at}?after=0").json()["changes"]]
    assert kinds == ["mark.set", "statement.reported"]
    Debate.objects.filter(pk=debate.pk).update(visibility="private")
    assert client.get(f"{at}?after=0").status_code == 404


def test_many_changes_come_in_parts(
    client: Client, debate: Debate, claim: Statement, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = changes.MOST + 5
    Event.objects.bulk_create(
        Event(debate=debate, number=n + 1, kind="mark.set", actor=bob, statement=claim)
        for n in range(many)
    )
    Debate.objects.filter(pk=debate.pk).update(event_count=many)
    first = client.get(f"/d/{debate.slug}/changes/?after=0").json()
    assert (len(first["changes"]), first["more"]) == (changes.MOST, True)
    rest = client.get(f"/d/{debate.slug}/changes/?after={first['last']}").json()
    assert (len(rest["changes"]), rest["more"], rest["last"]) == (5, False, many)


def test_a_server_that_cannot_stream_says_so(client: Client, debate: Debate) -> None:
    answer = client.get(f"/d/{debate.slug}/live/")
    assert answer.status_code == 204
    assert answer["Content-Type"] == "text/event-stream"


def test_parts_of_rows_come_by_how_they_stand(
    client: Client, debate: Debate, claim: Statement, alice: User, bob: User
) -> None:
    marks.mark(claim, by=alice, truth="unsure")
    position = debate.statements.get(name="Keep four weeks")
    client.force_login(bob)
    at = f"/d/{debate.slug}/rows/"
    html = client.get(f"{at}?list={position.pk}&leaf={claim.pk}").content.decode()
    for pk in (claim.pk, position.pk):
        assert f'id="statement-{pk}-foot"' in html
        assert f'id="statement-{pk}-margin"' in html
    assert f"/s/{claim.pk}/reply/?under=leaf" in html
    assert claim.body not in html
    assert claim.body in client.get(f"{at}?whole={claim.pk}").content.decode()
    many = ",".join(str(n) for n in range(51))
    assert client.get(f"{at}?list={many}").status_code == 400
    assert client.get(f"{at}?list=x").status_code == 400


def test_rows_of_other_debates_and_hidden_words_stay_away(
    client: Client, debate: Debate, claim: Statement, mara: User, alice: User
) -> None:
    other = factories.PositionFactory.create(author=alice)
    moderation.hide(claim, by=mara, reason="Spam.")
    at = f"/d/{debate.slug}/rows/"
    html = client.get(f"{at}?whole={claim.pk},{other.pk}").content.decode()
    assert f'id="statement-{claim.pk}"' in html
    assert claim.body not in html
    assert f'id="statement-{other.pk}"' not in html


def test_the_head_comes_with_the_rows_where_it_is_asked_for(
    client: Client, debate: Debate, claim: Statement, bob: User
) -> None:
    at = f"/d/{debate.slug}/rows/"
    html = client.get(f"{at}?head=open").content.decode()
    for part in ("debate-facts", "debate-hinge", "debate-tabs"):
        assert f'id="{part}"' in html
    assert 'aria-current="page">Open points' in html
    assert "debate-tabs" not in client.get(f"{at}?head=nothing").content.decode()
