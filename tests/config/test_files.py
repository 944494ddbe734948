"""Static files as production serves them: named by what is in them, compressed, kept for ever."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory, override_settings
from whitenoise.middleware import WhiteNoiseMiddleware

from config import production

OURS = "django.contrib.staticfiles.finders.FileSystemFinder"
HASHED = re.compile(r"\.[0-9a-f]{12}(\.|$)")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder that our own static files were collected into."""
    root = tmp_path_factory.mktemp("static")
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.files.Hashed"}}
    asked = {"WHITENOISE_USE_FINDERS": False, "WHITENOISE_AUTOREFRESH": False}
    with override_settings(
        STATIC_ROOT=root, STATICFILES_FINDERS=[OURS], STORAGES=storages, DEBUG=False, **asked
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield root


def names(root: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((root / production.MANIFEST).read_text())["paths"]
    return found


def served(path: str, **headers: str) -> HttpResponseBase:
    middleware = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    answer: HttpResponseBase = middleware(RequestFactory().get(path, headers=headers))
    return answer


def test_every_file_has_a_name_made_of_what_is_in_it(collected: Path) -> None:
    found = names(collected)
    assert len(found) > 20
    assert all(HASHED.search(hashed) for hashed in found.values())
    assert all((collected / hashed).is_file() for hashed in found.values())


def test_a_file_by_its_name_is_kept_for_ever_and_another_for_a_minute(collected: Path) -> None:
    hashed = served(f"/static/{names(collected)['js/live.js']}")
    assert (hashed.status_code, hashed.headers["Cache-Control"]) == (
        200,
        "max-age=315360000, public, immutable",
    )
    assert served("/static/js/live.js").headers["Cache-Control"] == "max-age=60, public"


def test_scripts_and_styles_name_other_files_by_their_hashed_names(collected: Path) -> None:
    found = names(collected)
    script = (collected / found["js/live.js"]).read_text()
    for other in ("live-feed", "live-lists", "words"):
        assert Path(found[f"js/{other}.js"]).name in script
        assert f'"./{other}.js"' not in script
    for name in (name for name in found if name.startswith(("js/", "css/"))):
        text = (collected / found[name]).read_text()
        for said in re.findall(r'from "(\./[^"]+)"|url\("?([^")]+)', text):
            target = said[0] or said[1]
            assert HASHED.search(target) or target.startswith(("data:", "#")), (name, target)


def test_a_browser_gets_it_compressed_where_that_is_smaller(collected: Path) -> None:
    path = f"/static/{names(collected)['js/live.js']}"
    plain, packed = served(path), served(path, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])
    assert packed.headers["Vary"] == "Accept-Encoding"


def test_nothing_is_served_before_files_are_collected(collected: Path, tmp_path: Path) -> None:
    production.refuse_uncollected(collected)
    with pytest.raises(ImproperlyConfigured, match="collectstatic"):
        production.refuse_uncollected(tmp_path)
