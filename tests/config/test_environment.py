import subprocess
from pathlib import Path

import pytest

from config import environment

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put an empty environment in place, and give the names of the locks that get installed."""
    (tmp_path / "bin").mkdir()
    names: list[str] = []
    for name, value in {
        "VENV": tmp_path,
        "PYTHON": tmp_path / "bin" / "python",
        "INSTALLED": tmp_path / "installed.txt",
        "LOCKS": {name: tmp_path / f"{name}.lock" for name in ("run", "dev")},
        "install": lambda lock: names.append(lock.stem),
        "call": lambda command: (tmp_path / "bin" / "python").touch(),
    }.items():
        monkeypatch.setattr(environment, name, value)
    for lock in environment.LOCKS.values():
        lock.write_text("a==1\n")
    return names


def test_what_is_installed_is_not_installed_again(installed: list[str]) -> None:
    environment.bring_up_to_date("run")
    environment.bring_up_to_date("run")
    assert installed == ["run"]


def test_a_changed_lock_is_installed(installed: list[str]) -> None:
    environment.bring_up_to_date("run")
    environment.LOCKS["run"].write_text("a==2\n")
    environment.bring_up_to_date("run")
    assert installed == ["run", "run"]


def test_an_environment_for_tests_serves_for_running_too(installed: list[str]) -> None:
    environment.bring_up_to_date("run")
    environment.bring_up_to_date("dev")
    environment.bring_up_to_date("run")
    assert installed == ["run", "dev"]


def test_a_python_without_venv_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(environment.CannotInstall, match="apt install python3-venv"):
        environment.refuse_unfit_python()


@pytest.mark.parametrize("python", ["/no/such/python", "false"])
def test_make_says_which_python_it_needs(python: str) -> None:
    done = subprocess.run(
        ["make", "ready", f"PYTHON={python}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"Python 3.11 or newer is needed, and {python} is not that" in done.stderr


def test_the_locks_have_hashes_and_name_no_addresses() -> None:
    for lock in (*environment.LOCKS.values(), environment.UV_LOCK):
        text = lock.read_text()
        assert text.count("==") <= text.count("--hash=sha256:")
        assert "://" not in text
