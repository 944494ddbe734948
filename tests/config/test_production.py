import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import production

PROJECT = Path(__file__).parents[2]
SAFE = {
    "DEBUG": "0",
    "SECRET_KEY": "kR7-and-more-that-nobody-guesses-0123456789-abcdefghijk",
    "ALLOWED_HOSTS": "crux.example.org",
    "DATABASE_URL": "postgresql:///crux",
    "DATABASE_REPLICA_URL": "postgresql://db2/crux",
    "DATABASE_REPLICA_LAG": "10",
    "EMAIL_URL": "submission://mail.example.org",
    "DEFAULT_FROM_EMAIL": "crux@example.org",
    "PROXIES": "1",
    "OPENID_ISSUER": "https://id.example.org/realms/all",
    "OPENID_CLIENT_ID": "crux",
    "OPENID_SECRET": "between-us",
    "WEBHOOKS_PORTS": "443,8443",
}


def refuse(**changed: str) -> None:
    given = SAFE | changed
    production.refuse_unsafe(
        debug=given["DEBUG"] == "1",
        secret_key=given["SECRET_KEY"],
        allowed_hosts=[host for host in given["ALLOWED_HOSTS"].split(",") if host],
        database_urls=[given["DATABASE_URL"]],
        replica=(given["DATABASE_REPLICA_URL"], float(given["DATABASE_REPLICA_LAG"])),
        email_url=given["EMAIL_URL"],
        openid_issuer=given["OPENID_ISSUER"],
        site_url=given.get("SITE_URL", ""),
        metrics_token=given.get("METRICS_TOKEN", ""),
    )


def test_safe_values_are_accepted() -> None:
    refuse()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("SECRET_KEY", "short", "too easy to guess"),
        ("SECRET_KEY", "ab" * 40, "too easy to guess"),
        ("SECRET_KEY", production.DEVELOPMENT_KEY, "everybody knows"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is not set"),
        ("ALLOWED_HOSTS", "crux.example.org,*", "lets anybody choose the host"),
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
        ("DATABASE_REPLICA_URL", SAFE["DATABASE_URL"], "name another server"),
        ("DATABASE_REPLICA_LAG", "0", "no number of seconds"),
        ("DATABASE_REPLICA_LAG", "3600", "no number of seconds"),
        ("EMAIL_URL", "", "EMAIL_URL is not set"),
        ("EMAIL_URL", "console://", "does not send mail"),
        ("EMAIL_URL", "submission://", "names no mail server"),
        ("OPENID_ISSUER", "http://id.example.org", "not https"),
        ("SITE_URL", "http://crux.example.org", "SITE_URL is not https"),
        ("METRICS_TOKEN", "guess-me", "METRICS_TOKEN is too easy"),
        ("DEBUG", "1", "for this machine only"),
    ],
)
def test_each_unsafe_value_is_refused_with_its_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=reason):
        refuse(**{name: value})


def test_all_reasons_are_given_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse(SECRET_KEY="", ALLOWED_HOSTS="", DATABASE_URL="", EMAIL_URL="")
    assert str(refused.value).count("is not set") == 4


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"]} | environment
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command, cwd=PROJECT, env=kept, capture_output=True, text=True, check=False
    )


def test_without_an_environment_nothing_starts_and_the_message_is_short() -> None:
    done = check()
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_value_that_is_none_is_named() -> None:
    done = check(DEBUG="perhaps")
    assert done.returncode == 1
    assert "DEBUG" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("ports", "reason"),
    [("", "Name a port"), ("https", "integer"), ("443,0", "1 to 65535"), ("70000", "1 to 65535")],
)
def test_ports_that_are_none_are_named(ports: str, reason: str) -> None:
    done = check(**SAFE | {"WEBHOOKS_PORTS": ports})
    assert done.returncode == 1
    assert "WEBHOOKS_PORTS" in done.stderr and reason in done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_refuses_with_the_reasons_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import config.asgi"],
        cwd=PROJECT,
        env={"ALLOWED_HOSTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ALLOWED_HOSTS is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_safe_environment_passes_djangos_own_checks() -> None:
    done = check(**SAFE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "found"), [("PROXIES", "crux.W001"), ("HSTS_SECONDS", "security.W004")]
)
def test_what_is_doubtful_is_refused_until_it_is_accepted(name: str, found: str) -> None:
    doubtful = SAFE | {name: "0"}
    done = check(**doubtful)
    assert done.returncode == 1
    assert found in done.stderr
    assert check(**doubtful, ACCEPTED_CHECKS=f"crux.W016,{found}").returncode == 0


@pytest.mark.parametrize(
    ("more", "told"),
    [({}, "False False"), ({"HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}, "True True")],
)
def test_other_sites_below_the_name_are_not_forced_to_https_unasked(
    more: dict[str, str], told: str
) -> None:
    said = "from config import settings as s"
    said += "; print(s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    given = {"PATH": os.environ["PATH"]} | SAFE | more
    command = [sys.executable, "-c", said]
    done = subprocess.run(
        command, cwd=PROJECT, env=given, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{told}\n"


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    given = {name: value for name, value in SAFE.items() if name != "SECRET_KEY"}
    file = tmp_path / "key"
    file.write_text(f"{SAFE['SECRET_KEY']}\n")
    assert check(**given, SECRET_KEY_FILE=str(file)).returncode == 0
    done = check(**given, SECRET_KEY_FILE=str(tmp_path / "another"))
    assert done.returncode == 1
    assert "SECRET_KEY_FILE names no file that can be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_forms_may_lead_on_to_the_issuer_and_nowhere_else() -> None:
    assert production.origins("https://id.example.org/realms/all") == ["https://id.example.org"]
    assert production.origins("") == []


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="counts threads as Linux has them"
)
def test_numpy_works_in_the_thread_that_asks() -> None:
    told = "import config.settings, numpy, os; numpy.linalg.eigh(numpy.eye(200))"
    told += "; print(len(os.listdir('/proc/self/task')))"
    clean = {name: value for name, value in os.environ.items() if "THREADS" not in name}
    command = [sys.executable, "-c", told]
    done = subprocess.run(
        command, cwd=PROJECT, env=clean | SAFE, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"
