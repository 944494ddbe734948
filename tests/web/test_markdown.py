"""Pages as Markdown: who gets them, what they say of a statement, and that words stay words."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import following, moderation, statements
from debate.actions.quotations import Words
from debate.models import Statement
from debate.models.following import Level
from debate.text.markdown import render
from debate.text.plain import plain
from debate.web.markdown import markdown
from tests import factories

pytestmark = pytest.mark.django_db
MARKDOWN = "text/markdown"
HTML = "text/html; charset=utf-8"
AT = "https://crux.example/d/books/"
BROWSERS = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "*/*",
    "text/*",
    "text/html, text/markdown",
    "text/markdown;q=0",
    "text/markdown;q=0.5, text/html",
    "application/json",
    "; ;;,",
)
PROGRAMS = (
    "text/markdown",
    "text/markdown, text/html;q=0.9",
    "text/html;q=0.3, text/markdown;q=0.8, */*;q=0.1",
    "text/markdown, */*",
    "TEXT/Markdown",
)
HOSTILE = (
    "<script>alert(1)</script> and <img src=x onerror=alert(1)>",
    "# no heading\n\n## nor this\n\nline\n====\n\nline\n---",
    "1. one\n2. two\n   - deep\n     > quoted\n\n- a\n- b",
    "\\# a \\* b \\_ c \\` d \\[e\\](f) \\<b\\> \\&amp; \\~\\~g\\~\\~ \\| h",
    "2026\\. was a year, *so* **it** goes ~~on~~ `x*y` ``a`b``",
    "```\n<b>code</b>\n```\n\n~~~~\n```\nfence in fence\n```\n~~~~",
    "[a](https://a.example/x_(y)?a=1&b=2) <https://b.example/a*b*c> https://c.example/_d_/",
    "| a | b |\n|---|---|\n| 1\\|2 | <i> |",
    "&lt;b&gt; &amp;amp; &#42;no&#42; &copy;",
    "a  \nb\\\nc\n\n***\n\n* * *",
    "> > > deep\n> > \n> less\n\n+ plus\n\n\\+ no list\n\n\\- nor this",
    "[label]: https://x.example\n\n\\[label]: https://x.example\n\n![p](https://x.example/p.png)",
    "x" * 3000 + "*" * 500 + "_" * 500 + "[" * 300,
    ">" * 300 + " deep",
)


def read(client: Client, path: str, accept: str = MARKDOWN) -> str:
    answer = client.get(path, headers={"Accept": accept})
    assert answer["Content-Type"] == "text/markdown; charset=utf-8", answer["Content-Type"]
    return answer.content.decode()


@pytest.mark.parametrize("accept", BROWSERS)
def test_a_browser_gets_the_page(client: Client, claim: Statement, accept: str) -> None:
    answer = client.get(f"/s/{claim.pk}/", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"] == HTML
    assert "Accept" in answer["Vary"].split(", ")


@pytest.mark.parametrize("accept", PROGRAMS)
def test_who_prefers_markdown_gets_it(client: Client, claim: Statement, accept: str) -> None:
    assert f"# {claim.label} · Support" in read(client, f"/s/{claim.pk}/", accept)


def test_a_statement_says_its_label_kind_author_and_what_it_answers(
    client: Client, claim: Statement, bob: User
) -> None:
    words = claim.body.split(".")[0]
    reply = statements.reply(
        claim, by=bob, kind="objection", on="truth", body="Not *all* of them.", quote=Words(words)
    )
    text = read(client, f"/d/{claim.debate.slug}/")
    section = text.split(f"\n##### {reply.label} · Objection · not true\n")[1].split("\n#")[0]
    assert "[Bob](http://testserver/u/bob/) · [" in section
    assert f"](http://testserver/s/{reply.pk}/) · " in section
    assert f"[answers {claim.label}](http://testserver/s/{claim.pk}/)" in section
    assert f"\n> {words}\n" in section
    assert f"\n{reply.body}\n" in section
    assert f"\n#### {claim.label} · Support\n" in text


def test_a_member_reads_the_same_and_the_counts_on_buttons(
    client: Client, claim: Statement, bob: User, charlie: User
) -> None:
    factories.MarkFactory.create(statement=claim, person=charlie, truth="agree")
    path = f"/d/{claim.debate.slug}/"
    seen = read(client, path)
    assert read(client, path) == seen, "kept"
    client.force_login(bob, backend="accounts.reading.Accounts")
    own = read(client, path)
    for text in (seen, own):
        section = text.split(f"{claim.label} · Support\n")[1]
        assert "\nAgree 1" in section, section
    assert "csrf" not in own


def test_words_that_are_gone_are_in_no_markdown(
    client: Client, claim: Statement, mara: User
) -> None:
    words = claim.body
    moderation.hide(claim, by=mara, reason="Off.")
    for path in (
        f"/d/{claim.debate.slug}/",
        f"/s/{claim.pk}/",
        f"/d/{claim.debate.slug}/exchange/",
    ):
        assert words not in read(client, path)


def test_what_is_folded_for_a_reader_is_left_out(
    client: Client, claim: Statement, alice: User, bob: User
) -> None:
    following.follow_person(alice, by=bob, level=Level.BLOCKED)
    client.force_login(bob, backend="accounts.reading.Accounts")
    text = read(client, f"/d/{claim.debate.slug}/")
    assert claim.body not in text
    assert "By somebody you have blocked." in text
    assert claim.body in read(client, f"/s/{claim.pk}/"), "its own page shows it"


def test_a_link_that_is_to_be_copied_is_told() -> None:
    field = '<input class="secret" readonly value="https://crux.example/join/ab/">'
    assert "`https://crux.example/join/ab/`" in markdown(f"<main>{field}</main>", AT)


def test_errors_are_markdown_too(client: Client) -> None:
    answer = client.get("/nowhere/", headers={"Accept": MARKDOWN})
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith(MARKDOWN)
    assert "\n# There is no such page\n" in answer.content.decode()


def test_a_head_request_has_the_headers_alone(client: Client, claim: Statement) -> None:
    path = f"/s/{claim.pk}/"
    answer = client.head(path, headers={"Accept": MARKDOWN})
    whole = client.get(path, headers={"Accept": MARKDOWN})
    assert answer["Content-Type"].startswith(MARKDOWN)
    assert answer["Content-Length"] == whole["Content-Length"] == str(len(whole.content))


def test_files_and_the_api_are_what_they_are(client: Client, claim: Statement) -> None:
    at = f"/d/{claim.debate.slug}/"
    for path in (f"{at}downloads/markdown/", f"{at}feed/", f"/api/v1/statements/{claim.pk}/"):
        plain_answer = client.get(path)
        answer = client.get(path, headers={"Accept": MARKDOWN})
        assert answer["Content-Type"] == plain_answer["Content-Type"]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("source", HOSTILE)
def test_words_come_back_as_they_were_and_no_sign_becomes_markup(source: str) -> None:
    html = render(source)
    made = markdown(f"<main><h1>A page</h1><div>{html}</div></main>", AT)
    body = made.removeprefix("# A page\n")
    again = render(body)
    assert squeezed(plain(again)) == squeezed(plain(html)), made
    tags = re.compile(r"<(\w+)")
    assert sorted(set(tags.findall(again))) == sorted(set(tags.findall(html))), made
