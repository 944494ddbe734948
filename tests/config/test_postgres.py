import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from config.postgres import Cluster, DatabaseUnavailable, binaries

Make = Callable[..., Cluster]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Give a maker of clusters, which are stopped and removed afterwards."""
    made: list[Cluster] = []

    def cluster(name: str = "c", durable: bool = False) -> Cluster:
        made.append(Cluster(tmp_path / name, durable=durable))
        return made[-1]

    yield cluster
    for each in made:
        each.remove()


def ask(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def kill(cluster: Cluster) -> None:
    pid = cluster.postmaster()
    assert pid
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while cluster.postmaster() == pid and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_cluster_runs_as_long_as_somebody_uses_it(make: Make) -> None:
    cluster = make()
    with cluster.running() as dsn:
        with cluster.running() as again:
            assert dsn == again
        assert ask(dsn, "SELECT count(*) FROM pg_stat_statements") is not None
    assert cluster.postmaster() is None


def test_development_is_durable_and_tests_are_quick(make: Make) -> None:
    for durable in (True, False):
        with make(f"durable-{durable}", durable=durable).running() as dsn:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert ask(dsn, f"SHOW {name}") == ("on" if durable else "off")


@pytest.mark.parametrize("name", ["it's ours", "a long one, " + "x" * 120 + "/my crux"])
def test_a_folder_with_a_long_or_odd_name_will_do(make: Make, name: str) -> None:
    with make(name).running() as dsn:
        assert ask(dsn, "SELECT 1") == 1


def test_nobody_gets_in_without_the_password(make: Make) -> None:
    cluster = make()
    with cluster.running() as dsn:
        password = (cluster.folder / "password").read_text()
        assert (cluster.folder / "password").stat().st_mode & 0o777 == 0o600
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(dsn.replace(password, "guessed"))
        assert ask(dsn, "SHOW listen_addresses") == ""


def test_starters_at_the_same_time_share_one_server(make: Make) -> None:
    cluster = make()
    code = (
        "import sys; from pathlib import Path; from config.postgres import Cluster;"
        "c = Cluster(Path(sys.argv[1]), durable=False); c.ensure(); print(c.postmaster())"
    )

    def start(_: int) -> str:
        command = [sys.executable, "-c", code, str(cluster.folder)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(start, range(5))) == {f"{cluster.postmaster()}\n"}


def test_an_acknowledged_write_survives_a_killed_server(make: Make) -> None:
    cluster = make(durable=True)
    dsn = cluster.ensure()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE ledger (round int, n int)")
    for number in range(3):
        acknowledged = write_until_killed(cluster, dsn, number)
        assert acknowledged
        assert cluster.ensure() == dsn
        kept = ask(dsn, f"SELECT array_agg(n) FROM ledger WHERE round = {number}")
        assert isinstance(kept, list)
        assert not set(acknowledged) - set(kept)


def write_until_killed(cluster: Cluster, dsn: str, number: int) -> list[int]:
    acknowledged: list[int] = []

    def write() -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            for n in range(100_000):
                connection.execute("INSERT INTO ledger VALUES (%s, %s)", [number, n])
                acknowledged.append(n)

    def write_to_the_end() -> None:
        with pytest.raises(psycopg.OperationalError):
            write()

    writer = threading.Thread(target=write_to_the_end)
    writer.start()
    while len(acknowledged) < 20:
        time.sleep(0.005)
    kill(cluster)
    writer.join(10)
    return acknowledged


def test_the_pid_of_another_program_is_no_obstacle(make: Make) -> None:
    cluster = make()
    cluster.ensure()
    pid_file = cluster.data / "postmaster.pid"
    text = pid_file.read_text()
    kill(cluster)
    pid_file.write_text(text.replace(text.split()[0], str(os.getpid()), 1))
    assert ask(cluster.ensure(), "SELECT 1") == 1


def test_a_server_whose_socket_folder_is_gone_is_started_anew(make: Make) -> None:
    cluster = make()
    dsn = cluster.ensure()
    shutil.rmtree((cluster.folder / "socket-folder").read_text())
    assert ask(cluster.ensure(), "SELECT 1") == 1
    assert ask(dsn, "SELECT 1") == 1


def test_data_of_another_version_is_refused_with_the_reason(make: Make) -> None:
    cluster = make()
    cluster.ensure()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(DatabaseUnavailable, match="made by PostgreSQL 13"):
        cluster.ensure()


def test_data_whose_password_is_lost_is_refused_with_the_reason(make: Make) -> None:
    cluster = make()
    cluster.ensure()
    cluster.stop()
    (cluster.folder / "password").unlink()
    with pytest.raises(DatabaseUnavailable, match="to begin anew"):
        cluster.ensure()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_data_of_another_user_is_refused_with_the_reason(make: Make) -> None:
    cluster = make()
    cluster.ensure()
    cluster.stop()
    os.chown(cluster.data, 12345, 12345)
    with pytest.raises(DatabaseUnavailable, match="belongs to user 12345"):
        cluster.ensure()


def test_a_system_postgresql_serves_where_there_are_no_embedded_binaries(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "PACKAGE", "no_such_package")
    cluster = make()
    try:
        found = cluster.binaries
    except DatabaseUnavailable:
        pytest.skip("no PostgreSQL is installed on this machine")
    with cluster.running() as dsn:
        assert ask(dsn, "SHOW server_version_num")
        assert str(ask(dsn, "SHOW server_version")).startswith(str(found.major))


def test_without_any_postgresql_the_message_says_what_to_do(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path / "nothing"))
    with pytest.raises(DatabaseUnavailable, match="set DATABASE_URL"):
        make().ensure()


def test_a_folder_that_cannot_be_written_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailable, match="CRUX_HOME"):
        Cluster(tmp_path / "file" / "cluster").ensure()
