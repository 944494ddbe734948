"""A client in another language, made of the schema: it compiles strictly, and lists a debate.

Needs node and npm, which fetches openapi-typescript, openapi-fetch and TypeScript.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import User
from debate.actions import moderation
from debate.api.schema import document
from debate.models import Statement
from tests import factories, streams
from tests.prove.conftest import Noted
from tests.streams import Site

pytestmark = [
    pytest.mark.prove,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="no node, npm"),
]
HERE = Path(__file__).parent
PACKAGE = {
    "private": True,
    "type": "module",
    "dependencies": {
        "@types/node": "^22",
        "openapi-fetch": "^0.17",
        "openapi-typescript": "^7.13",
        "typescript": "^5.9",
    },
}
STRICT = ("--strict", "--noUncheckedIndexedAccess")
TARGET = ("--target", "es2022", "--module", "nodenext", "--skipLibCheck")


def run(folder: Path, *command: str, status: int = 0) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == status, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the client's types, and the programs that use them."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "package.json").write_text(json.dumps(PACKAGE))
    (folder / "schema.json").write_text(json.dumps(document()))
    run(folder, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
    run(folder, "npx", "--no-install", "openapi-typescript", "schema.json", "-o", "crux.d.ts")
    for name in ("statements.ts", "mistakes.ts"):
        shutil.copy(HERE / name, folder)
    return folder


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with streams.running() as site:
        yield site


def compiled(folder: Path, name: str, status: int = 0) -> str:
    return run(folder, "npx", "--no-install", "tsc", *STRICT, *TARGET, name, status=status)


def test_a_typescript_client_compiles_strictly_and_lists_a_debate(
    client: Path, site: Site, claim: Statement, mara: User, note: Noted
) -> None:
    gone = factories.RemarkFactory.create(parent=claim)
    said = factories.ObjectionFactory.create(parent=claim, body="Ünïcode 📚, too.")
    moderation.hide(gone, by=mara, reason="Off.")
    compiled(client, "statements.ts")
    slug = claim.debate.slug
    question, *rows = run(client, "node", "statements.js", site.url, slug).splitlines()
    assert question == claim.debate.question
    found = {label: rest for label, *rest in (row.split("\t") for row in rows)}
    assert found.keys() == {"P1", "P2", claim.label, gone.label, said.label}
    assert found[claim.label] == ["support", "Alice", claim.body]
    assert found[said.label] == ["objection", said.author.shown_name, said.body]
    assert found[gone.label] == ["remark", "-", "-"]
    nowhere = run(client, "node", "statements.js", site.url, "nowhere").split()
    assert nowhere[0] == "404"
    lines = len((client / "crux.d.ts").read_text().splitlines())
    note(
        "a client in TypeScript, made of the schema",
        f"{lines:,} lines of types by openapi-typescript; a program with openapi-fetch compiles "
        f"with --strict and lists {len(rows)} statements of a debate in pages of two",
    )


def test_its_types_forbid_what_the_schema_does_not_have(client: Path) -> None:
    told = compiled(client, "mistakes.ts", status=2)
    wrong = {int(line) for line in re.findall(r"mistakes\.ts\((\d+),", told)}
    lines = (HERE / "mistakes.ts").read_text().splitlines()
    marked = {number for number, line in enumerate(lines, 1) if re.search(r"; // ", line)}
    assert wrong == marked, told
