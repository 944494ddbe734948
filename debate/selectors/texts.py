"""What a site says of itself: about, terms and privacy, from files of whoever runs it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from debate.text import markdown


def text(name: str, language: str) -> str:
    """The HTML of a text in this language, else of the one in no language; '' if none is given.

    The text is Markdown, in `SITE_TEXTS`: `about.de.md`, else `about.md`. No query.
    """
    folder = settings.SITE_TEXTS
    if not folder:
        return ""
    for file in (f"{name}.{language}.md", f"{name}.md"):
        path = Path(folder) / file
        if path.is_file():
            return markdown.render(path.read_text("utf-8"))
    return ""
