"""What is looked for on a page that is shown: what axe finds, and what has to be scrolled."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS: dict[str, Any] = {"preload": False, "resultTypes": ["violations"]}
"""Without preloading: axe writes imported style sheets into the page, which its policy forbids."""
LOOKS = pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
"""A wide and a narrow screen, a theme each: test_everywhere.py holds every page to all of them."""


def assert_accessible(page: Page, what: str = "") -> None:
    """Fail with axe's own words on any violation."""
    found = Axe().run(page, options=OPTIONS)
    assert found.violations_count == 0, f"{page.url} {what}\n{found.generate_report()}"


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide
