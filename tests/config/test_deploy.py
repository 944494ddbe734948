"""The files of deploy/ and what docs/ say of them: what nothing else would notice."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.prove import told

PROJECT = Path(__file__).parents[2]
DEPLOY = PROJECT / "deploy"
UNDER_WAY = 1000  # requests of one process, each of which has a thread


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return found


def page(name: str) -> str:
    return (PROJECT / name).read_text()


def test_whatever_reads_the_settings_has_the_folder_of_the_sites_texts() -> None:
    programs = {
        name: one for name, one in services().items() if one["image"].startswith("localhost/crux:")
    }
    assert set(programs) == {"migrate", "web", "worker", "backup"}
    for name, one in programs.items():
        assert "./texts:/etc/crux/texts:ro" in one["volumes"], name
        assert one["pids_limit"] > UNDER_WAY, name


def test_an_update_asks_for_services_that_are_there_and_stops_where_migrations_fail() -> None:
    text = page("docs/deployment.md")
    assert "docker-compose run --rm --no-deps migrate &&" in text
    assert "systemctl restart crux-migrate &&" in text
    named = re.findall(r"docker-compose up -d --no-deps --wait (\w+)", text)
    assert set(named) == {"web", "web2", "worker"}  # the page tells how web2 is made
    assert {"web", "worker"} <= set(services())


@pytest.mark.parametrize("name", ["crux-web@.service", "crux-worker.service"])
def test_what_ends_again_and_again_is_started_ever_later_and_never_given_up(name: str) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(DEPLOY / "systemd" / name)
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Service"]["Restart"] == "always"
    assert int(unit["Service"]["RestartSteps"]) > 1
    # it counts on after months: more would break the promise to be back within five seconds
    assert int(unit["Service"]["RestartMaxDelaySec"]) == 3


def make_secrets(folder: Path, given: str) -> subprocess.CompletedProcess[str]:
    """Make them in this folder; nobody is asked to be root."""
    chown = folder / "bin" / "chown"
    chown.parent.mkdir(exist_ok=True)
    chown.write_text("#!/bin/sh\n")
    chown.chmod(0o755)
    shutil.copy(DEPLOY / "make-secrets", folder / "make-secrets")
    return subprocess.run(
        ["sh", "make-secrets"],
        cwd=folder,
        env={"PATH": f"{chown.parent}:{os.environ['PATH']}"},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("end", ["\n", ""])
def test_the_address_of_the_mail_server_is_read_and_not_an_argument(
    tmp_path: Path, end: str
) -> None:
    address = r"submission://crux:it's $1 & a\b@mail.example.org"
    done = make_secrets(tmp_path, address + end)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secrets" / "email_url").read_text() == address
    assert make_secrets(tmp_path, "").returncode == 0, "what is there stays"


def test_without_an_address_of_the_mail_server_it_says_what_to_give(tmp_path: Path) -> None:
    done = make_secrets(tmp_path, "\n")
    assert done.returncode == 1
    assert "submission://" in done.stderr
    assert not (tmp_path / "secrets" / "email_url").exists()


def test_every_setting_is_told() -> None:
    names = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', page("config/settings.py")))
    assert len(names) > 30
    assert [name for name in sorted(names) if f"`{name}`" not in page("README.md")] == []
    partly = {"DEBUG", "OPENID_CLIENT_ID", "OPENID_NAME"}  # development's; `_NAME` and so on
    text = page("docs/deployment.md")
    assert [name for name in sorted(names - partly) if f"`{name}`" not in text] == []


def test_haproxy_is_told_the_same_as_where_it_is_proved() -> None:
    lines = [line.strip() for line in told.PROXY.splitlines() if "set-header" in line]
    assert len(lines) == 2
    text = page("docs/scaling.md")
    assert [line for line in lines if line not in text] == []
