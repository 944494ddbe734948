"""Writes docs/rights.md from the table: `make rights`."""

from __future__ import annotations

import os
from pathlib import Path

import django

from tests.rights.routes import Route
from tests.rights.rows import cells
from tests.rights.table import IDENTITIES, YES, Row, outcome

PLACE = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
HEAD = """# Who may do what

Made from the table that the tests run (`tests/rights/rows.py`), by `make rights`; do not edit it.
Every line is asked for real, as each of the nine, in a public, a private and a closed debate.

- **yes**: it is done, or shown. **sign in**: pages lead to the sign-in page, the API answers 401.
  **password**: asked to give it once more. **no**: refused with the reason, 403 or 422.
  **–**: the answer for what does not exist, 404.
- The *author* wrote what is acted on, and takes part in the debate; the *facilitator* looks after
  it; *suspended* is an account switched off. A *new member* has just signed up. Who is suspended
  within a debate reads it and does nothing else there.
- Pages know no tokens and the API knows nothing else: there, people are tried with a token of
  theirs that has all scopes; the *read token* can only read; the *write token* is a bot's.
- **A private debate** is not there (404) for anybody but its people, whatever the line says; so
  are drafts and links of others. What the API says of a token alone (401, a missing scope) comes
  before it looks for anything.
- **A closed debate** refuses what is marked with *.
"""
SHOWN = {"not there": "–"}


def text() -> str:
    """The whole document."""
    parts = [HEAD]
    head = f"| address | method | {' | '.join(IDENTITIES)} |\n|---|---|{'---|' * len(IDENTITIES)}"
    titles = {
        "pages": "Pages",
        "api": "API",
        "mcp": "Model Context Protocol",
        "accounts": "Accounts",
        "admin": "Moderators' pages",
        "healthz": "The site",
        "readyz": "The site",
        "metrics": "The site",
    }
    found = list(cells())
    for title in dict.fromkeys(titles.values()):
        mine = [(route, row) for route, row in found if titles[route.door] == title]
        parts.append(f"\n## {title}\n")
        for rule in dict.fromkeys(row.rule for _, row in mine):
            of_rule = [(route, row) for route, row in mine if row.rule is rule]
            lines = dict.fromkeys(_line(route, row) for route, row in of_rule)
            parts.append(f"\n### {rule.words}\n\n{head}\n" + "\n".join(sorted(lines)) + "\n")
    return "".join(parts)


def _line(route: Route, row: Row) -> str:
    said = []
    for identity in IDENTITIES:
        now, shut = (outcome(row, route.door, place, identity) for place in ("public", "closed"))
        star = "*" if now == YES and shut != YES else ""
        said.append(SHOWN.get(now, now) + star)
    return f"| `{route.shown}` | {row.method} | {' | '.join(said)} |"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PLACE.write_text(text())
