"""The house: what holds everywhere, whatever a page or an action does."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import allauth
from django.urls import get_resolver

PROJECT = Path(__file__).resolve().parents[1]
ROOMS = ("config", "accounts", "debate")
LONGEST = 400
OUTSIDE = {".git", ".venv", "node_modules", "staticfiles"}
ELSEWHERE = ("shar" + "ed/", "/wo" + "rk/", "index" + "-url", "pypi" + ".org", "npmjs" + ".org")
READS_NEIGHBOUR = (
    "tests/text",
    "tests/management",
    "tests/reasoning",
    "tests/actions/test_outgoing",
)  # skip where the data is missing
NEVER = (
    r"\|\s*safe\b",
    r"\bmark_safe\b",
    r"\burlize\b",
    r"\bstriptags\b",
    r"\bcache_page\b",
    r"filter\(\*\*request",
    r"order_by\(request",
    r"html=True",
)
INLINE = (r"<script(?![^>]*\bsrc=)", r"\sstyle=", r"\son[a-z]+=", r"\bhx-on\b")


def tracked(*endings: str) -> list[Path]:
    """The files of the project; where they lie in no checkout, those that look like it."""
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    files = [PROJECT / name for name in done.stdout.splitlines()]
    if done.returncode:
        assert "CI" not in os.environ, done.stderr
        files = [one for one in PROJECT.rglob("*") if not _is_outside(one)]
    return [file for file in files if file.suffix in endings and file.exists()]


def _is_outside(file: Path) -> bool:
    return bool(OUTSIDE & {*file.relative_to(PROJECT).parts})


def name_of(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


def test_imports_go_down_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    files = tracked(".py", ".css", ".js", ".html")
    assert len(files) > 150
    ours = [f for f in files if "migrations" not in f.parts and "vendor" not in f.parts]
    long = {name_of(f): n for f in ours if (n := len(f.read_text().splitlines())) > LONGEST}
    assert not long


def test_every_module_is_named_in_the_plan_of_the_house() -> None:
    plan = (PROJECT / "ARCHITECTURE.md").read_text()
    modules = [f for f in tracked(".py") if name_of(f).split("/")[0] in ROOMS]
    named = [f.stem for f in modules if "migrations" not in f.parts and f.stem != "__init__"]
    assert len(named) > 60
    assert [stem for stem in named if f"`{stem}`" not in plan] == []


def test_fragments_never_extend_and_pages_do() -> None:
    pages = [f for f in tracked(".html") if "admin" not in f.parts]
    assert len(pages) > 40
    for page in pages:
        extends = "{% extends" in page.read_text()
        is_page = not page.name.startswith("_") and page.name != "base.html"
        # The error pages have no request, and the API's docs are another program's page.
        stands_alone = page.parent.name in ("templates", "api")
        assert extends == is_page or stands_alone, name_of(page)


SWITCHED_OFF = (  # what allauth could show, were it set up otherwise
    "account/email.html",
    "account/phone_change.html",
    "account/signup_by_passkey.html",
    "account/confirm_phone_verification_code.html",
    "account/snippets/",
    "account/base_",
    "mfa/trust.html",
    "mfa/base_",
    "mfa/webauthn/signup_form.html",
    "mfa/webauthn/snippets/",
    "socialaccount/base_",
    "socialaccount/snippets/",
    "socialaccount/login_redirect.html",
    "usersessions/base_",
)


def test_every_page_of_allauth_is_drawn_by_us() -> None:
    theirs = Path(allauth.__file__).parent / "templates"
    pages = [
        page.relative_to(theirs).as_posix()
        for app in ("account", "mfa", "usersessions", "socialaccount")
        for page in (theirs / app).rglob("*.html")
        if page.name != "base.html"
    ]
    shown = [page for page in pages if not page.startswith(SWITCHED_OFF)]
    assert len(shown) > 35
    assert [page for page in shown if not (PROJECT / "templates" / page).exists()] == []


def test_templates_hold_no_inline_script_or_style() -> None:
    for page in tracked(".html"):
        for pattern in INLINE:
            assert not re.search(pattern, page.read_text()), (name_of(page), pattern)


def test_what_must_never_be_done_is_not_done() -> None:
    for file in tracked(".py", ".html"):
        if file.name not in (Path(__file__).name, "test_never.py"):
            for pattern in NEVER:
                assert not re.search(pattern, file.read_text()), (name_of(file), pattern)


def test_nothing_names_the_world_around_the_project() -> None:
    for file in tracked(".py", ".html", ".md", ".toml", ".js", ".css", ".lock"):
        if not name_of(file).startswith(READS_NEIGHBOUR):
            text = file.read_text()
            assert not [words for words in ELSEWHERE if words in text], name_of(file)


def test_every_exception_to_a_check_has_a_reason() -> None:
    for file in tracked(".py"):
        for line in file.read_text().splitlines():
            assert "# no" + "qa" not in line, name_of(file)
            if "# type: ig" + "nore" in line:
                assert line.count("#") > 1, (name_of(file), line)


def names_of(namespace: str) -> set[str]:
    resolver = get_resolver().namespace_dict[namespace][1]
    return {str(name) for name in resolver.reverse_dict if isinstance(name, str)}


def test_every_write_of_the_pages_has_its_twin_in_the_api() -> None:
    verbs = {
        name for name in names_of("debate") if not name.endswith(("-list", "-detail", "-log"))
    }
    assert len(verbs) >= 6
    assert verbs <= names_of("api")
    own = names_of("accounts") - {"overview", "access", "bots", "language"}  # pages, and cookies
    assert own - names_of("api") == {"names", "bot-create", "token-create", "token-revoke"}
    # No token makes another one, a bot to make one for, or a name: it may be somebody else's.


def test_names_of_tests_are_sentences() -> None:
    for file in tracked(".py"):
        if file.name.startswith("test_"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    assert node.name.count("_") >= 3, (name_of(file), node.name)


def test_dependencies_are_new_enough_to_be_safe() -> None:
    def parts(package: str) -> tuple[int, ...]:
        return tuple(int(part) for part in version(package).split(".")[:3])

    assert parts("django") >= (5, 2, 19)
    assert parts("nh3") >= (0, 3, 8)


def test_htmx_is_the_pinned_one() -> None:
    [file] = (PROJECT / "static" / "vendor").glob("htmx-*.min.js")
    assert file.name == "htmx-2.0.11.min.js"
    sums = "".join(f.read_text() for f in file.parent.iterdir() if f.suffix != ".js")
    assert hashlib.sha256(file.read_bytes()).hexdigest() in sums


SHOWS_BODY = re.compile(r"\{\{ (?:sanitised\(|(?:row|above|earlier)\.body \}\})")
IN_ITS_ELEMENT = re.compile(r"<[a-z]+[^<]*?\bhx-disable\b[^<]*>\s*$")
OF_THE_SITE = ("about.html", "policy.html", "privacy.html", "terms.html")


def test_htmx_is_switched_off_where_people_write_by_what_this_htmx_knows() -> None:
    [file] = (PROJECT / "static" / "vendor").glob("htmx-*.min.js")
    assert "hx-disable]" in file.read_text(), "the next htmx calls it otherwise"
    seen, bare = 0, []
    for page in tracked(".html"):
        if "admin" in page.parts or page.name in OF_THE_SITE:
            continue
        text = page.read_text()
        for found in SHOWS_BODY.finditer(text):
            seen += 1
            if not IN_ITS_ELEMENT.search(text[: found.start()]):
                bare.append((name_of(page), text[found.start() - 60 : found.end() + 20]))
    assert seen > 15
    assert bare == []
