"""What is never done: each ban with the few places that may, and why; a new place fails.

Python is read as its tree and not as text, so that a word in a comment is none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from debate.text.markdown import _PARSER, TAGS
from tests.test_house import PROJECT, ROOMS, name_of, tracked

TRUSTS = {
    "config/jinja.py": "drawings of our own, and what `markdown.render` has made",
    "config/speech.py": "phrases of our own, into which all else goes escaped",
    "debate/selectors/revisions.py": "what `markdown.render` has made",
    "debate/selectors/rows.py": "what `markdown.render` has made",
    "debate/web/maps.py": "the signs of our own sprite",
    "debate/web/threads.py": "parts of pages that templates have drawn",
}
"""Where text is said to be HTML."""
NAMES_COLUMNS = {
    "debate/actions/following.py": "columns of its own",
    "debate/actions/leaving.py": "columns that policies name",
    "debate/actions/linking.py": "columns of its own",
    "debate/actions/splitting.py": "columns of its own",
    "debate/actions/updating.py": "columns of its own",
    "debate/actions/marks.py": "columns of its own",
    "debate/mcp/tools.py": "parameters of the API, which checks them",
    "debate/selectors/exports.py": "columns that policies name",
    "debate/selectors/feeds.py": "columns of its own",
    "debate/selectors/following.py": "columns of its own",
    "debate/selectors/ledger.py": "columns of its own",
    "debate/selectors/people.py": "columns of its own",
    "debate/selectors/listings.py": "one of the orders that the API names",
    "debate/selectors/outlines.py": "columns of its own",
    "debate/selectors/proposals.py": "columns of its own",
    "debate/selectors/search.py": "columns of its own",
}
"""Where the names of columns to look in are worked out."""
LOOKS = {"filter", "exclude", "get", "get_or_create", "update_or_create"}
MARKS = {"Markup", "mark_safe", "SafeString", "SafeText", "safestring", "html_safe"}
OUTRIGHT = {
    *("urlize", "striptags", "truncatechars_html", "truncatewords_html", "strip_tags", "Urlizer"),
    *("cache_page", "UpdateCacheMiddleware", "FetchFromCacheMiddleware", "BrowsableAPIRenderer"),
    *("yaml", "pickle", "marshal", "shelve", "csrf_exempt", "xframe_options_exempt", "csp_exempt"),
}
"""Never: text filters that were slow or leaky, shared caches, readers that run things."""
EXEMPT = {
    ("config/streams.py", "csrf_exempt"): "the API's, which knows no cookies",
    ("debate/api/errors.py", "csrf_exempt"): "the API's, which knows no cookies",
    ("debate/web/mails.py", "csrf_exempt"): "a signed key in the address says who it is",
}
IN_TEMPLATES = (
    r"\|\s*(safe|safeseq|urlize\w*|striptags|truncate\w*_html|removetags)\b",
    r"{%-?\s*autoescape\s+(off|false)",
    r"\bhx-(on|boost|vars)\b|hx-(vals|headers)=['\"]js:",
    r"javascript:",
)
IN_SCRIPTS = (
    r"\beval\(|\bnew Function\b|document\.write\(|insertAdjacentHTML|\.outerHTML\s*=",
    r"set(Timeout|Interval)\(\s*['\"`]",
    r"\binnerHTML\s*=(?!\s*('<[^'$]*'|\"<[^\"$]*\"|await answer\.text\(\)|\"\"|'')\s*;)",
)
"""Of what goes in as HTML: words of the script itself, or what the server has drawn."""


def trees() -> Iterator[tuple[str, ast.AST]]:
    for file in tracked(".py"):
        if name_of(file).split("/")[0] in ROOMS and "migrations" not in file.parts:
            yield name_of(file), ast.parse(file.read_text())


def called(node: ast.AST) -> str:
    """The last name of what is called or named."""
    if isinstance(node, ast.Call):
        return called(node.func)
    return getattr(node, "attr", "") or getattr(node, "id", "")


def test_text_is_said_to_be_html_in_a_few_places_alone() -> None:
    found = set()
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in MARKS:
                found.add(name)
            if isinstance(node, ast.FunctionDef) and node.name == "__html__":
                found.add(name)
    assert found == set(TRUSTS)


def test_nothing_that_is_never_used_is_named() -> None:
    found = set()
    for name, tree in trees():
        for node in ast.walk(tree):
            names = [called(node)]
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [one.name.split(".")[0] for one in node.names]
                names += (getattr(node, "module", None) or "").split(".")
            found |= {(name, word) for word in names if word in OUTRIGHT}
    assert found == set(EXEMPT)


def test_columns_to_look_in_are_never_named_by_a_request() -> None:
    found = set()
    for name, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            told = " ".join(ast.unparse(one) for one in [*node.args, *node.keywords])
            if node.func.attr == "order_by":
                assert "request" not in told and "query_params" not in told, (name, told)
            if node.func.attr in LOOKS and any(one.arg is None for one in node.keywords):
                assert "request" not in told, (name, told)
                found.add(name)
    assert found <= set(NAMES_COLUMNS), found - set(NAMES_COLUMNS)


def test_no_query_is_put_together_of_what_was_sent() -> None:
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in ("raw", "extra", "RawSQL"):
                sql = node.args[0] if node.args else None
                assert isinstance(sql, ast.Name | ast.Constant), (name, ast.unparse(node))


LASTING = re.compile(r"\b(ModerationAct|Event|HiddenLook)\.objects\b|\.events\.")


def test_what_was_done_is_written_down_for_good() -> None:
    """Nothing changes or removes acts, events, or looks at hidden words."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in ("update", "delete"):
                told = ast.unparse(node)
                assert not LASTING.search(told), (name, told)


@pytest.mark.parametrize("pattern", IN_TEMPLATES)
def test_no_template_lets_text_be_markup(pattern: str) -> None:
    for page in tracked(".html"):
        assert not re.search(pattern, page.read_text()), (name_of(page), pattern)


@pytest.mark.parametrize("pattern", IN_SCRIPTS)
def test_no_script_makes_markup_of_what_people_wrote(pattern: str) -> None:
    for script in tracked(".js"):
        if "vendor" not in script.parts:
            assert not re.search(pattern, script.read_text()), (name_of(script), pattern)


def test_the_patterns_find_what_they_are_for() -> None:
    bad = 'holder.innerHTML = "<p>" + name; x.innerHTML = name; x.innerHTML = `<b>${name}</b>`;'
    assert len(re.findall(IN_SCRIPTS[2], bad)) == 3
    assert re.search(IN_TEMPLATES[0], "{{ name|safe }}")
    assert re.search(IN_TEMPLATES[2], '<b hx-on:click="x">')


def test_bodies_take_no_markup_of_their_own() -> None:
    assert not _PARSER.options["html"]
    assert not TAGS & {"svg", "math", "style", "iframe", "img", "form", "input", "script", "base"}


def test_no_stream_holds_a_connection_to_the_database() -> None:
    for name in ("debate/web/hub.py", "debate/web/seats.py"):
        text = Path(PROJECT / name).read_text()
        assert "objects" not in text, name
