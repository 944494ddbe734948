"""Compiled pages are kept for who may only read, and never older than what they are made of."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import call_command
from django.utils import translation
from jinja2 import Environment
from pytest_django import Settings

from config import compiled
from config.jinja import Pages

Engine = Callable[[], Pages]
PAGE = '<p>{{ _("Send it again") }}: {{ who }}</p>'


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """What makes the engine of a process that has one page, as far as it has been compiled."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)

    def made() -> Pages:
        options = {"environment": "config.jinja.environments"}
        at = {"NAME": "one", "APP_DIRS": False, "DIRS": [tmp_path / "templates"]}
        return Pages({**at, "OPTIONS": options})

    monkeypatch.setattr(compiled, "PLACE", tmp_path / "compiled")
    monkeypatch.setattr(compiled, "engines", {"jinja2": made()})
    return made


def drawn(pages: Pages, language: str) -> str:
    with translation.override(language):
        return str(pages.get_template("page.html").render({"who": "<b>"}))


def test_what_is_kept_is_not_compiled_again(engine: Engine) -> None:
    call_command("compilepages", verbosity=0)
    with mock.patch.object(Environment, "compile", side_effect=AssertionError):
        pages = engine()
        assert drawn(pages, "en") == "<p>Send it again: &lt;b&gt;</p>"
        assert drawn(pages, "de") == "<p>Noch einmal senden: &lt;b&gt;</p>"


def test_the_account_of_a_service_may_read_it(engine: Engine) -> None:
    assert compiled.make() == 2
    assert {file.stat().st_mode & 0o777 for file in compiled.PLACE.iterdir()} == {0o644}


def test_a_page_that_has_changed_is_compiled_anew(engine: Engine, tmp_path: Path) -> None:
    compiled.make()
    (tmp_path / "templates" / "page.html").write_text("<p>Another {{ who }}</p>")
    assert drawn(engine(), "en") == "<p>Another &lt;b&gt;</p>"


def test_pages_are_compiled_anew_when_their_words_have_changed(
    engine: Engine, tmp_path: Path, settings: Settings
) -> None:
    compiled.make()
    shutil.copytree(settings.LOCALE_PATHS[0], tmp_path / "locale")
    with (tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.mo").open("ab") as words:
        words.write(b"more")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    pages = engine()
    with mock.patch.object(Environment, "compile", side_effect=AssertionError):
        drawn(pages, "en")
        with pytest.raises(AssertionError):
            drawn(pages, "de")


def test_whoever_reads_writes_nothing(engine: Engine) -> None:
    assert drawn(engine(), "en")
    assert not compiled.PLACE.exists()


def test_what_was_kept_before_is_gone_when_it_is_made_anew(engine: Engine) -> None:
    compiled.make()
    (compiled.PLACE / "en-of-a-release-before").touch()
    assert compiled.make() == 2
