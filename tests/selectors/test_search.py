"""What is found, in which order, by whom; and what no answer may tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import moderation, statements
from debate.actions import search as actions
from debate.models import Debate, SearchText, SearchWord, Statement
from debate.rules import Viewer
from debate.selectors import search
from debate.selectors.listings import Cut
from tests import factories

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()
ALL = Cut(50)


def labels(typed: str, viewer: Viewer = VISITOR, **preferences: bool) -> list[str]:
    asked = search.ask(typed, viewer, **preferences)
    return [hit.row.label for hit in search.statements(asked, ALL).rows]


def slugs(typed: str, viewer: Viewer = VISITOR) -> list[str]:
    return [hit.row.slug for hit in search.debates(search.ask(typed, viewer), ALL).rows]


def names(typed: str, **preferences: bool) -> list[str]:
    asked = search.ask(typed, VISITOR, **preferences)
    return [hit.row.username for hit in search.people(asked, ALL).rows]


@pytest.fixture
def said(debate: Debate, hers: Statement, his: Statement, bob: User) -> dict[str, Statement]:
    """Some statements to find, by a word of each."""

    def remark(word: str, body: str, parent: Statement = hers) -> tuple[str, Statement]:
        return word, factories.RemarkFactory.create(parent=parent, body=body, author=bob)

    return dict(
        [
            remark("shelves", "The **shelves** were empty in the spring."),
            remark("librarian", "A librarian knows every reader, librarian or not.", his),
            remark("cafe", "Le café de l'été est fermé."),
            remark("books", "Books lent out are read; books kept in are not."),
        ]
    )


# ---- finding
def test_every_word_must_be_there_in_any_case_and_form(said: dict[str, Statement]) -> None:
    assert labels("SHELVES spring") == [said["shelves"].label]
    assert labels("shelves winter") == []


def test_a_word_also_finds_longer_ones_but_quoted_only_itself(said: dict[str, Statement]) -> None:
    assert labels("librar") == [said["librarian"].label]
    assert labels('"librar"') == []


def test_accents_do_not_matter_on_either_side(said: dict[str, Statement]) -> None:
    assert labels("cafe ete") == labels("CAFÉ été") == [said["cafe"].label]


def test_a_phrase_is_found_only_in_its_order(said: dict[str, Statement]) -> None:
    assert labels('"books kept"') == [said["books"].label]
    assert labels('"kept books"') == []


def test_what_is_excluded_is_left_out(said: dict[str, Statement]) -> None:
    assert len(labels("a")) > 1
    assert said["librarian"].label not in labels("a -reader")
    assert labels('in -"the spring"') == [said["books"].label]


def test_names_of_positions_count_more_than_bodies(
    debate: Debate, hers: Statement, bob: User
) -> None:
    factories.RemarkFactory.create(parent=hers, body="Once we asked. Once more.", author=bob)
    assert labels("asked")[0] == hers.label


def test_more_of_it_comes_first_and_then_what_is_newer(
    said: dict[str, Statement], his: Statement
) -> None:
    later = factories.RemarkFactory.create(parent=his, body=said["shelves"].body)
    once = factories.RemarkFactory.create(parent=his, body="One librarian is enough for all here.")
    assert labels("shelves") == [later.label, said["shelves"].label]
    assert labels("librarian") == [said["librarian"].label, once.label]


def test_words_of_other_scripts_are_found(hers: Statement) -> None:
    chinese = factories.RemarkFactory.create(parent=hers, body="市图书馆应该取消还书日期。")
    russian = factories.RemarkFactory.create(parent=hers, body="Книги из БИБЛИОТЕКИ возвращают.")
    hindi = factories.RemarkFactory.create(parent=hers, body="पुस्तकालय में किताबें हैं।")
    assert labels("图书馆") == [chinese.label]
    assert labels("书馆图") == []
    assert labels("библиотек") == [russian.label]
    assert labels("किताबें") == [hindi.label]


def test_the_excerpt_shows_what_was_found_and_nothing_of_markup(
    said: dict[str, Statement],
) -> None:
    [hit] = search.statements(search.ask("shelves", VISITOR), ALL).rows
    pieces = [(piece.text, piece.found) for piece in hit.excerpt]
    assert pieces == [("The ", False), ("shelves", True), (" were empty in the spring.", False)]


# ---- slips
def test_a_slip_is_forgiven_where_nobody_has_written_the_word(said: dict[str, Statement]) -> None:
    actions.refresh()
    assert labels("shevles") == labels("shelvs") == [said["shelves"].label]
    assert labels("librairan") == [said["librarian"].label]
    asked = search.ask("shevles", VISITOR)
    assert [(one.typed, list(one.words)) for one in asked.meant] == [("shevles", ["shelves"])]


def test_what_somebody_has_written_is_taken_as_it_is(said: dict[str, Statement]) -> None:
    factories.RemarkFactory.create(body="It says shelvs.")
    actions.refresh()
    assert len(labels("shelvs")) == 1
    assert search.ask("shelvs", VISITOR).meant == []


def test_slips_in_other_scripts_are_forgiven_too(hers: Statement) -> None:
    said = factories.RemarkFactory.create(parent=hers, body="Книги возвращают.")
    actions.refresh()
    assert labels("кинги") == labels("кнги") == [said.label]


def test_the_words_are_those_of_public_debates_and_go_when_they_are_gone(
    debate: Debate, said: dict[str, Statement], mara: User
) -> None:
    secret = factories.DebateFactory.create(visibility="private", question="About zebras?")
    factories.PositionFactory.create(debate=secret, body="Zebras, zebras.")
    actions.refresh()
    known = set(SearchWord.objects.values_list("word", flat=True))
    assert "shelves" in known
    assert "zebras" not in known
    moderation.hide(said["shelves"], by=mara, reason="Not for here.")
    actions.refresh()
    assert not SearchWord.objects.filter(word="shelves").exists()


# ---- filters
def test_filters_narrow_what_is_found(
    said: dict[str, Statement], debate: Debate, hers: Statement, claim: Statement, alice: User
) -> None:
    other = factories.ObjectionFactory.create(body="Elsewhere shelves are full.")
    assert set(labels("shelves")) == {said["shelves"].label, other.label}
    assert labels("shelves kind:objection") == [other.label]
    assert labels(f"shelves in:{debate.slug}") == [said["shelves"].label]
    assert labels("shelves status:open") == [other.label]
    assert set(labels("by:alice")) == {hers.label, claim.label}
    assert labels("by:nobody-here") == []


def test_a_topic_narrows_debates_and_what_is_said_in_them(
    said: dict[str, Statement], debate: Debate
) -> None:
    factories.ObjectionFactory.create(body="Elsewhere shelves are full.")
    topic = factories.TopicFactory.create(name="Open libraries", slug="open-libraries")
    Debate.objects.filter(pk=debate.pk).update(
        topics=[topic.name], terms=[["Book", "Zinefold pages between covers."]]
    )
    assert labels("shelves topic:open-libraries") == [said["shelves"].label]
    assert slugs("topic:open-libraries") == slugs('"open libraries"') == [debate.slug]
    assert slugs("zinefold") == [debate.slug]
    assert slugs("topic:towns") == []


def test_filters_about_statements_find_neither_debates_nor_people(
    debate: Debate, alice: User
) -> None:
    assert slugs("library") == [debate.slug]
    assert slugs("library kind:support") == slugs("library by:alice") == []
    assert names("alice kind:support") == []


def test_bots_are_left_out_for_who_hides_them_unless_asked_for(
    hers: Statement, rob: User, bob: User
) -> None:
    by_bot = factories.RemarkFactory.create(parent=hers, body="Sum of shelves.", author=rob)
    by_person = factories.RemarkFactory.create(parent=hers, body="All the shelves.", author=bob)
    assert set(labels("shelves")) == {by_bot.label, by_person.label}
    assert labels("shelves", hides_bots=True) == labels("shelves bots:hide") == [by_person.label]
    assert labels("shelves is:bot", hides_bots=True) == [by_bot.label]
    assert len(labels("shelves bots:show", hides_bots=True)) == 2
    assert names("rob") == ["rob"]
    assert names("rob", hides_bots=True) == []


def test_what_cannot_be_looked_for_is_refused_with_a_sentence() -> None:
    for typed in ("kind:nothing", "-fee", '"', "a" * 501, "-kind:objection", "by: x by:y by:z"):
        with pytest.raises(search.Refused) as refused:
            search.ask(typed, VISITOR)
        assert str(refused.value)[-1] in ".:"


# ---- debates and people
def test_debates_are_found_by_question_background_and_terms(db: None) -> None:
    one = factories.DebateFactory.create(question="Are zebras striped?", background="In Africa.")
    assert slugs("zebra") == slugs("striped africa") == [one.slug]
    Debate.objects.filter(pk=one.pk).update(terms="A *zebra* is a quagga.")
    assert slugs("quagga") == [one.slug]


def test_people_are_found_by_either_name_its_beginning_and_nearly(bob: User) -> None:
    factories.UserFactory.create(username="jose-m", name="José Müller")
    factories.UserFactory.create(username="wanda", name="Wanda Quill")
    assert names("mull") == names("jose") == names("JOSÉ MÜLLER") == ["jose-m"]
    assert names("wnada") == names("quil") == ["wanda"]
    assert names("nobody") == []


def test_who_has_left_or_is_not_in_use_is_not_found(db: None) -> None:
    factories.UserFactory.create(username="gone", name="Gone Person", is_active=False)
    factories.UserFactory.create(username="_12", name="former member")
    assert names("gone") == names("former member") == []


# ---- what no answer may tell
@pytest.fixture
def everybody(alice: User, bob: User, charlie: User, mara: User, rob: User) -> dict[str, Viewer]:
    return {"visitor": VISITOR, "alice": alice, "charlie": charlie, "mara": mara, "rob": rob}


def found(typed: str, viewer: Viewer) -> dict[str, Any]:
    """All that an answer is made of, with the words that were asked for taken out of it."""
    asked = search.ask(typed, viewer)
    finders = (search.statements, search.debates, search.people)
    parts = [finder(asked, ALL) for finder in finders]
    return {
        "rows": [[hit.row.pk for hit in part.rows] for part in parts],
        "counts": [part.count for part in parts],
        "meant": len(asked.meant),
    }


def _private(bob: User, visibility: str) -> None:
    debate = factories.DebateFactory.create(
        visibility=visibility, starter=bob, slug="inner", question="Is canary here?"
    )
    factories.PositionFactory.create(debate=debate, author=bob, name="A canary", body="Canary.")
    factories.ParticipationFactory.create(debate=debate, person=bob)


def _hidden(bob: User, mara: User, hers: Statement) -> None:
    said = factories.RemarkFactory.create(parent=hers, author=bob, body="So canary it is.")
    moderation.hide(said, by=mara, reason="Not for here.")


def _withdrawn(bob: User, mara: User, hers: Statement) -> None:
    said = factories.RemarkFactory.create(parent=hers, author=bob, body="So canary it is.")
    statements.withdraw(said, by=bob)


def _edited(bob: User, mara: User, hers: Statement) -> None:
    said = Statement.objects.get(body="So it is.")
    statements.edit(said, by=bob, body="So canary it is.", revision=1)
    statements.edit(said, by=bob, body="So it is.", revision=2)


def _draft(bob: User, mara: User, hers: Statement) -> None:
    factories.DraftPointFactory.create(parent=hers, author=bob, body="So canary it is.")


Secret = Callable[[User, User, Statement], None]
SECRETS: dict[str, Secret] = {
    "private": lambda bob, mara, hers: _private(bob, "private"),
    "unlisted": lambda bob, mara, hers: _private(bob, "unlisted"),
    "hidden": _hidden,
    "withdrawn": _withdrawn,
    "old revision": _edited,
    "draft": _draft,
}
WAYS = (
    "{}",
    "{} kind:position",
    "{} in:inner",
    "{} by:bob",
    '"{}"',
    "{} -other",
    "{} status:open",
)


@pytest.fixture
def plain_words(hers: Statement, bob: User) -> Statement:
    return factories.RemarkFactory.create(parent=hers, author=bob, body="So it is.")


@pytest.mark.parametrize("secret", SECRETS)
def test_a_word_that_one_may_not_read_answers_as_one_never_written(
    secret: str,
    everybody: dict[str, Viewer],
    bob: User,
    mara: User,
    hers: Statement,
    plain_words: Statement,
) -> None:
    SECRETS[secret](bob, mara, hers)
    actions.refresh()
    asked = 0
    for who, viewer in everybody.items():
        for way in WAYS:
            for typed, never in (("canary", "xanary"), ("canray", "xanray"), ("canar", "xanar")):
                seen, control = (found(way.format(one), viewer) for one in (typed, never))
                assert seen == control, (who, way, typed)
                assert not any(seen["counts"]), (who, way, typed)
                asked += 1
    assert asked == len(everybody) * len(WAYS) * 3


@pytest.mark.parametrize("secret", ["private", "unlisted"])
def test_a_debates_own_people_find_what_is_said_in_it(
    secret: str, bob: User, mara: User, hers: Statement
) -> None:
    SECRETS[secret](bob, mara, hers)
    assert labels("canary", bob) == labels("canary in:inner", bob) == ["P1"]
    assert slugs("canary", bob) == ["inner"]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_one_may_not_read_changes_neither_counts_nor_order(
    secret: str,
    said: dict[str, Statement],
    everybody: dict[str, Viewer],
    bob: User,
    mara: User,
    hers: Statement,
    plain_words: Statement,
) -> None:
    factories.RemarkFactory.create(parent=hers, body="A canary sings, and so it is.")
    actions.refresh()
    typed = ("canary", "canray", "so", "is", "a", "by:bob", "kind:remark", "lending")

    def answers() -> dict[tuple[str, str], dict[str, Any]]:
        return {(who, one): found(one, v) for who, v in everybody.items() for one in typed}

    before = answers()
    SECRETS[secret](bob, mara, hers)
    actions.refresh()
    assert answers() == before
    assert before["visitor", "canary"]["counts"][0] == 1


def test_what_is_restored_is_found_again(said: dict[str, Statement], mara: User) -> None:
    moderation.hide(said["shelves"], by=mara, reason="Not for here.")
    assert labels("shelves") == []
    said["shelves"].refresh_from_db()
    moderation.restore(said["shelves"], by=mara, reason="It is.")
    assert labels("shelves") == [said["shelves"].label]


def test_an_edit_is_found_by_its_new_words(said: dict[str, Statement], bob: User) -> None:
    statements.edit(said["shelves"], by=bob, body="The racks were empty.", revision=1)
    assert labels("racks") == [said["shelves"].label]
    assert SearchText.objects.filter(statement=said["shelves"]).count() == 1


# ---- pages and cost
def test_pages_follow_each_other_without_gap_or_repeat(hers: Statement) -> None:
    for n in range(25):
        factories.RemarkFactory.create(parent=hers, body=f"Shelf {'shelf ' * (n % 5)}number {n}.")
    asked = search.ask("shelf", VISITOR)
    whole = [hit.key for hit in search.statements(asked, ALL).rows]
    first = search.statements(asked, Cut(10))
    second = search.statements(asked, Cut(10, after=first.rows[-1].key))
    third = search.statements(asked, Cut(10, after=second.rows[-1].key))
    assert [hit.key for part in (first, second, third) for hit in part.rows] == whole
    assert (first.count, first.has_previous, third.has_next) == (25, False, False)
    back = search.statements(asked, Cut(10, before=third.rows[0].key))
    assert [hit.key for hit in back.rows] == [hit.key for hit in second.rows]


def test_of_too_many_the_newest_are_ranked_and_the_count_says_so(
    hers: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 3)
    made = [factories.RemarkFactory.create(parent=hers, body="One shelf.") for _ in range(6)]
    found = search.statements(search.ask("shelf", VISITOR), ALL)
    assert found.number == "3+"
    assert found.rows[0].row == made[-1]


def test_a_search_takes_four_queries_whatever_it_finds(
    said: dict[str, Statement], alice: User
) -> None:
    actions.refresh()
    for typed in ("a", "shelves", "shevles", "bob", "nothing at all", "kind:remark", "library"):
        with CaptureQueriesContext(connection) as queries:
            asked = search.ask(typed, alice)
            for find in (search.statements, search.debates, search.people):
                find(asked, ALL)
        assert len(queries) <= 4, typed
