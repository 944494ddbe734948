from __future__ import annotations

import re

from django.core.management import call_command
from django.test import Client

from accounts.models import User
from debate.actions import marks, moderation, reliances, topics
from debate.models import Debate, Statement
from tests import factories

STARTED = {
    "question": "Is a proof that no person can survey still a proof?",
    "own_name": "It is",
    "own_body": "A proof is a proof whoever reads it.",
    "other_name": "It is evidence",
    "other_body": "What nobody can survey convinces nobody.",
    "visibility": "public",
}


def test_home_lists_debates_with_their_sides(client: Client, debate: Debate) -> None:
    page = client.get("/").content.decode()
    assert debate.question in page
    assert "Lend until asked back" in page
    assert "Keep four weeks" in page


def test_home_without_debates_says_how_to_start_one(client: Client, db: None) -> None:
    assert "No debates yet" in client.get("/").content.decode()


def test_home_names_what_a_debate_turns_on(client: Client, db: None) -> None:
    call_command("seed", verbosity=0)
    page = client.get("/").content.decode()
    assert "2 double cruxes" in page
    assert "A system becomes an agent toward the real world" in page


def test_home_names_a_double_crux_that_is_a_support(
    client: Client, debate: Debate, claim: Statement, bob: User
) -> None:
    marks.mark(claim, by=bob, truth="disagree")
    for position in debate.statements.filter(kind="position"):
        reliances.rely(position, by=position.author, claim=claim, words="would go")
    page = client.get("/").content.decode()
    assert "1 double crux<" in page and claim.body in page


def test_home_gives_sides_the_letters_they_have_in_their_debate(
    client: Client, debate: Debate, mara: User
) -> None:
    moderation.hide(debate.statements.get(name="Lend until asked back"), by=mara, reason="Attack.")
    page = client.get("/d/").content.decode()
    sides = page.split('class="debate-sides"')[1].split("</p>")[0]
    assert 'data-side="b"' in sides and 'data-side="a"' not in sides


def test_the_seed_debate_shows_every_statement_or_leads_to_it(client: Client, db: None) -> None:
    call_command("seed", verbosity=0)
    debate = Debate.objects.get()
    page = client.get(f"/d/{debate.slug}/").content.decode()
    for statement in debate.statements.all():
        assert f'id="statement-{statement.pk}"' in page, statement.label
    assert page.count("Open: awaits") == 9
    for statement in debate.statements.filter(status="open"):
        margin = page.split(f'id="statement-{statement.pk}-margin"')[1].split("</ul>")[0]
        assert "Open: awaits" in margin, statement.label


def test_a_private_debate_does_not_exist_for_strangers(
    client: Client, alice: User, charlie: User
) -> None:
    private = factories.DebateFactory.create(visibility="private", starter=alice)
    factories.ParticipationFactory.create(debate=private, person=alice)
    position = factories.PositionFactory.create(debate=private, author=alice)
    addresses = [f"/d/{private.slug}/", f"/s/{position.pk}/", f"/s/{position.pk}/reply/"]
    for viewer in (None, charlie):
        if viewer:
            client.force_login(viewer)
        assert private.question not in client.get("/").content.decode()
        assert [client.get(address).status_code for address in addresses[:2]] == [404, 404]
        assert client.post(addresses[2], {"body": "x"}).status_code == 404
    client.force_login(alice)
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]


def test_a_debate_is_started_with_both_positions(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.post("/d/new/", STARTED)
    debate = Debate.objects.get()
    assert answer.headers["Location"] == f"/d/{debate.slug}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "It is evidence" in page
    assert "held by Alice" in page
    assert "held by nobody yet" in page


def test_a_debate_sent_again_starts_once_and_another_question_another(
    client: Client, alice: User
) -> None:
    client.force_login(alice)
    sent = STARTED | {"key": "the-form's-key"}
    again = [client.post("/d/new/", sent).headers["Location"] for _ in range(2)]
    assert again[0] == again[1]
    other = client.post("/d/new/", sent | {"question": "And a long one?"}).headers["Location"]
    assert other != again[0]
    assert Debate.objects.count() == 2


def test_a_refused_debate_comes_back_with_its_words(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.post("/d/new/", STARTED | {"other_body": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "A proof is a proof whoever reads it." in page
    assert "Write what you have to say." in page
    assert not Debate.objects.exists()


def test_starting_a_debate_needs_an_account(client: Client, db: None) -> None:
    assert client.get("/d/new/").headers["Location"] == "/accounts/login/?next=%2Fd%2Fnew%2F"


def test_a_page_drawn_for_one_reader_is_a_page(
    client: Client, claim: Statement, debate: Debate, mara: User
) -> None:
    moderation.hide(claim, by=mara, reason="Sets a tone that is not ours.")
    client.force_login(mara)
    page = client.get(f"/d/{debate.slug}/").content.decode()
    assert f'<h1 class="question">{debate.question}</h1>' in page
    assert "&lt;" not in page
    assert claim.body.split(".")[0] in page


FULL: dict[str, object] = STARTED | {
    "background": "See *this*.",
    "position_3_name": "The question is empty",
    "position_3_body": "It means nothing.",
    "term_1": "",
    "meaning_1": "",
    "term_2": "Survey",
    "meaning_2": "Read as a whole.",
    "topics": ["Logic"],
    "other_topics": "Mathematics, ",
    "visibility": "private",
    "bots": "none",
}


def test_a_debate_is_started_with_all_it_can_say(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.post("/d/new/", FULL)
    assert answer.status_code == 422
    assert "new ones come with public debates" in answer.content.decode()
    topics.known(["Logic", "Mathematics"])
    answer = client.post("/d/new/", FULL)
    debate = Debate.objects.get()
    assert answer.headers["Location"] == f"/d/{debate.slug}/people/"
    assert (debate.visibility, debate.bots) == ("private", "none")
    assert debate.terms == [["Survey", "Read as a whole."]]
    assert debate.topics == ["Logic", "Mathematics"]
    names = debate.statements.order_by("path").values_list("name", flat=True)
    assert list(names) == ["It is", "It is evidence", "The question is empty"]


def test_a_preview_shows_the_debate_and_publishes_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.post("/d/new/", FULL | {"then": "preview", "key": "k"})
    page = answer.content.decode()
    assert answer.status_code == 200
    shown = page.split('id="preview"')[1].split("</section>")[0]
    for words in ("<em>this</em>", "It means nothing.", "Read as a whole.", "Mathematics"):
        assert words in shown
    assert 'value="The question is empty"' in page and 'value="k"' in page
    assert not Debate.objects.exists()
    refused = client.post("/d/new/", FULL | {"then": "preview", "own_body": " "})
    assert refused.status_code == 422
    assert "Write what you have to say." in refused.content.decode()


def test_further_positions_and_terms_come_with_what_was_typed(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.post("/d/new/", FULL | {"then": "position"}).content.decode()
    assert 'name="position_4_name"' in page and "It means nothing." in page
    assert re.search(r'value="private"[^>]*checked', page)
    page = client.post("/d/new/", FULL | {"then": "term"}).content.decode()
    assert 'name="term_3"' in page and 'value="Survey"' in page
    assert not Debate.objects.exists()


def test_what_is_wrong_is_said_beside_its_own_field(client: Client, alice: User) -> None:
    client.force_login(alice)
    sent = FULL | {"meaning_2": "", "other_name": "", "other_body": "", "position_3_body": ""}
    page = client.post("/d/new/", sent).content.decode()
    assert 'id="id_meaning_2_error"' in page
    assert 'id="id_position_3_body_error"' in page
    assert page.count('class="error"') == 2
