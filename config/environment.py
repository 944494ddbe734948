"""Make .venv hold exactly what a lock file names: `python3 config/environment.py [--dev]`.

It runs before anything is installed, so it uses the standard library only.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "uv" / "bin" / "uv"
LOCKS = {"run": PROJECT / "requirements.lock", "dev": PROJECT / "requirements-dev.lock"}
UV_LOCK = PROJECT / "requirements-uv.lock"
UVS_OWN: list[str] = []  # certificates that servers are checked with
THE_SYSTEMS = ["--system-certs"]
INSTALLED = VENV / "installed.txt"  # which lock is in, and its digest


class CannotInstall(Exception):
    """The environment cannot be made; the message says why and what to do."""


def main() -> None:
    """Bring .venv up to date for running, or with --dev for tests and checks as well."""
    try:
        refuse_unfit_python()
        with locked():
            bring_up_to_date("dev" if "--dev" in sys.argv else "run")
    except CannotInstall as error:
        sys.exit(f"Crux: {error}")


def refuse_unfit_python() -> None:
    """Raise CannotInstall where this Python cannot make environments."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise CannotInstall(
            f"{sys.executable} has no venv module. On Debian and Ubuntu: "
            "`apt install python3-venv`."
        )


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Let one process at a time change the environment."""
    try:
        VENV.mkdir(exist_ok=True)
        lock = (VENV / "lock").open("w")
    except OSError as error:
        raise CannotInstall(f"{VENV} cannot be written ({error.strerror}).") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bring_up_to_date(wanted: str) -> None:
    """Install the lock called `wanted`, unless it (or dev, which has all of run) is in."""
    found = INSTALLED.read_text().split() if INSTALLED.exists() and PYTHON.exists() else []
    if found[:1] == ["dev"]:
        wanted = "dev"
    if found == [wanted, digest(wanted)]:
        return
    print(f"Installing what {LOCKS[wanted].name} names into .venv ...", flush=True)
    if not found:
        call([sys.executable, "-m", "venv", str(VENV)])
    install(LOCKS[wanted])
    INSTALLED.write_text(f"{wanted} {digest(wanted)}\n")


def digest(wanted: str) -> str:
    """Give what tells two contents of a lock, or two Pythons, apart."""
    told = LOCKS[wanted].read_bytes() + repr(sys.version_info[:2]).encode()
    return hashlib.sha256(told).hexdigest()


def install(lock: Path) -> None:
    """Install by hash with uv, which takes seconds, or else with pip, which takes longer.

    Both compile what they install: services may not write, and would compile at each start.
    """
    failed = "uv cannot be had."
    for certificates in UVS_OWN, THE_SYSTEMS:
        if not fetch_uv():
            break
        sync = [str(UV), "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
        done = quietly([*sync, *certificates, "--python", str(PYTHON), str(lock)])
        if done.returncode == 0:
            return
        failed = done.stderr.strip()
    print(failed, "Going on with pip, which takes longer ...", sep="\n", flush=True)
    call([*pip(), "--require-hashes", "-r", str(lock)])


def fetch_uv() -> bool:
    """Put uv beside the environment's packages, not among them; tells whether it is there."""
    named = UV.parent.parent / UV_LOCK.name
    if named.exists() and named.read_bytes() == UV_LOCK.read_bytes():
        return True
    target = ["--target", str(UV.parent.parent), "--upgrade"]
    done = quietly([*pip(), *target, "--require-hashes", "-r", str(UV_LOCK)])
    if done.returncode == 0:
        named.write_bytes(UV_LOCK.read_bytes())
    return done.returncode == 0


def pip() -> list[str]:
    """Give the start of a quiet call of the environment's pip."""
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]


def quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail, keeping what it says."""
    return subprocess.run(command, capture_output=True, text=True, check=False)


def call(command: list[str]) -> None:
    """Run a command that has to succeed; raises CannotInstall otherwise."""
    if subprocess.run(command, check=False).returncode:
        raise CannotInstall(f"`{' '.join(command[:4])}` failed: see above.")


if __name__ == "__main__":
    main()
