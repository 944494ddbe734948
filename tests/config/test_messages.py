"""All that the site says goes through gettext, and every catalogue has it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment, nodes

from config import messages

PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
TAGS = re.compile(r"</?\w+")
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
WORDS = re.compile(r"[^\W\d_]{2,}")
FORMAT = "format of a date"
SAME_EVERYWHERE = {"Crux", "UTC", "Esc", "crux_"}
"""What no language says otherwise."""
TOLD = ("aria-label", "title", "placeholder", "alt", "data-announce", "data-name")
"""Attributes that are read or heard."""
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
ADMINS = re.compile(
    r"{% blocktranslate.*?endblocktranslate %}|{% block bodyclass.*?endblock %}|{%.*?%}|{{.*?}}",
    re.S,
)
CODE = tuple(messages.PROJECT / name for name in messages.CODE)
TEMPLATES = messages.PROJECT / "templates"
SAYS = {"PermissionDenied", "ValidationError", "Conflict", "add_error", "success", "error", "info"}
"""Calls whose words somebody reads."""
NAMES = ("label", "help_text", "description")
FOR_PROGRAMS = ("debate/api/", "debate/mcp/", "config/production.py", "config/launch.py")
"""Documentation of the API and of tools, and what administrators of servers read, stay English."""


def name_of(file: Path) -> str:
    return file.relative_to(messages.PROJECT).as_posix()


def pages() -> list[Path]:
    found = [p for p in TEMPLATES.rglob("*.*") if p.suffix in (".html", ".txt")]
    return [page for page in found if "admin" not in page.relative_to(TEMPLATES).parts]


@pytest.fixture(scope="module")
def said() -> list[Message]:
    return [message for message in messages.template() if message.id]


def ids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string or ""),)


# ---- the catalogues
@pytest.mark.parametrize("language", messages.languages())
def test_all_that_is_said_is_translated(language: str, said: list[Message]) -> None:
    known = messages.catalogue(language)
    assert len(said) > 1000
    for message in said:
        found = known.get(message.id, message.context)
        assert found is not None, f"not in the catalogue (make messages): {message.id!r}"
        wanted = known.num_plurals if isinstance(message.id, tuple) else 1
        assert len(forms(found)) == wanted, message.id
        assert all(forms(found)), f"not translated: {message.id!r}"
        assert not found.fuzzy, f"only guessed: {message.id!r}"


@pytest.mark.parametrize("language", messages.languages())
def test_nothing_else_is_kept_in_the_catalogue(language: str, said: list[Message]) -> None:
    asked = {(ids(message), message.context) for message in said}
    kept = {
        (ids(message), message.context) for message in messages.catalogue(language) if message.id
    }
    assert kept == asked


@pytest.mark.parametrize("language", messages.languages())
def test_translations_have_the_places_and_the_tags_of_what_they_translate(language: str) -> None:
    for message in messages.catalogue(language):
        if not message.id or message.context == FORMAT:
            continue
        one, many = ids(message)[0], ids(message)[-1]
        allowed = {*PLACES.findall(one), *PLACES.findall(many)}
        last = forms(message)[-1]
        assert set(PLACES.findall(last)) == set(PLACES.findall(many)), message.id
        for form in forms(message):
            assert set(PLACES.findall(form)) <= allowed, message.id
            assert sorted(TAGS.findall(form)) == sorted(TAGS.findall(many)), message.id
            assert form == form.strip(), message.id


@pytest.mark.parametrize("language", messages.languages())
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    made = messages.updated(language, messages.template())
    file = messages.po(language)
    assert file.with_suffix(".mo").read_bytes() == messages.compiled(made), "make messages"
    assert file.read_bytes() == messages.written(made), "make messages"


# ---- templates
class Reader(HTMLParser):
    """Gathers what a page says by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag == "kbd"
        self.found += [value or "" for name, value in attrs if name in TOLD]
        kinds = dict(attrs)
        if tag == "input" and kinds.get("type") == "submit":
            self.found.append(kinds.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag == "kbd"

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(ATTRIBUTE.sub("", data))  # those that a macro gives to a tag


def bare(text: str) -> list[str]:
    """The words in a page that is HTML alone."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    words = [word for told in reader.found for word in WORDS.findall(told)]
    return [word for word in words if word not in SAME_EVERYWHERE and word not in ("crux",)]


def without_jinja(source: str, environment: Environment) -> str:
    """What stands in a template outside of its tags and of what is translated."""
    kept: list[str] = []
    tag: list[str] = []
    is_translated = False
    for _, kind, value in environment.lex(source):
        if kind == "block_begin":
            tag = []
        elif kind == "name":
            tag.append(value)
        elif kind == "block_end" and tag:
            is_translated = (is_translated or tag[0] == "trans") and tag[0] != "endtrans"
        elif kind == "data" and not is_translated:
            kept.append(value)
    return "".join(kept)


def test_a_template_says_nothing_outside_of_gettext() -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    assert len(pages()) > 150
    for page in pages():
        source = page.read_text()
        assert (bare(without_jinja(source, environment)), name_of(page)) == ([], name_of(page))
        spoken = [words for words in constants(environment.parse(source)) if is_speech(words)]
        assert (spoken, name_of(page)) == ([], name_of(page))


def constants(node: nodes.Node) -> Iterator[str]:
    """The texts in a template's expressions that no gettext translates."""
    if isinstance(node, nodes.Compare):
        return  # codes are compared, not told
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        if node.node.name in GETTEXT:
            return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from constants(child)


def is_speech(words: str) -> bool:
    """Whether a text in an expression is for people: a capital, or several words."""
    is_code = re.search(r"[/=#<>_%&?:]|^\w+-", words)
    return not is_code and bool(re.search(r"^[A-Z][a-z]|[a-z] [a-z]", words))


def test_a_template_of_the_admin_says_nothing_outside_of_gettext() -> None:
    for page in (TEMPLATES / "admin").rglob("*.html"):
        text = ADMINS.sub("", page.read_text())
        assert (bare(text), name_of(page)) == ([], name_of(page))


def test_what_a_module_of_macros_sets_is_not_translated() -> None:
    """Jinja2 makes such a module once, in the language of whoever comes first."""
    environment = Environment(extensions=["jinja2.ext.i18n"])
    for page in pages():
        tree = environment.parse(page.read_text())
        if tree.find(nodes.Extends) or not list(tree.find_all(nodes.Macro)):
            continue
        sets = [node for node in tree.body if isinstance(node, nodes.Assign)]
        calls = [call.node for one in sets for call in one.find_all(nodes.Call)]
        called = {node.name for node in calls if isinstance(node, nodes.Name)}
        assert not GETTEXT & called, name_of(page)


# ---- code
def modules() -> list[Path]:
    found = [file for folder in CODE for file in folder.rglob("*.py")]
    return [
        file for file in found if "migrations" not in file.parts and "management" not in file.parts
    ]


def test_code_says_nothing_outside_of_gettext() -> None:
    for module in modules():
        found = list(untranslated(ast.parse(module.read_text()), name_of(module)))
        assert (found, name_of(module)) == ([], name_of(module))


def untranslated(tree: ast.AST, where: str) -> Iterator[str]:
    """The texts that are said to people as they stand in the code."""
    is_for_programs = where.startswith(FOR_PROGRAMS)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if called(node) in SAYS:
                yield from (words for arg in node.args for words in texts(arg))
            if not is_for_programs:
                named = [k.value for k in node.keywords if k.arg in NAMES]
                yield from (words for value in named for words in texts(value))
        elif isinstance(node, ast.ClassDef) and is_choices(node) and node.name != "EventKind":
            values = [stmt.value for stmt in node.body if isinstance(stmt, ast.Assign)]
            labels = [v.elts[1] for v in values if isinstance(v, ast.Tuple)]
            yield from (words for label in labels for words in texts(label))


def called(node: ast.Call) -> str:
    """The name of what is called; a log is for who runs the site."""
    match node.func:
        case ast.Attribute(value=ast.Name(id="log")):
            return ""
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def is_choices(node: ast.ClassDef) -> bool:
    return any(
        isinstance(base, ast.Attribute) and base.attr == "TextChoices" for base in node.bases
    )


def texts(node: Any) -> Iterator[str]:
    """The words in an expression that nothing translates; a value of a dict, not its keys."""
    if isinstance(node, ast.Call):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if " " in node.value or node.value.istitle():
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        plain = "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
        if re.search(r"[a-z] [a-z]|[a-z]{3,}", plain):
            yield plain
    elif isinstance(node, ast.Dict):
        yield from (words for value in node.values for words in texts(value))
    elif isinstance(node, ast.IfExp):
        yield from (words for part in (node.body, node.orelse) for words in texts(part))
