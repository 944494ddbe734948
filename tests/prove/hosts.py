"""Six hosts on one machine, each in a network namespace of its own, joined by a bridge.

db1 has the primary, db2 its replica; web1 and web2 have a PgBouncer, a server and a worker each;
edge has the proxy, and `out` whoever asks. Nothing of it can be reached from outside. All that is
started is stopped at the end, also after a failure.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg import conninfo

from config import postgres
from config.postgres.binaries import Account, Binaries, find
from tests.prove.conftest import PROJECT
from tests.prove.told import POOLER, PROXY, SERVER

HOSTS = {"db1": 1, "db2": 2, "web1": 11, "web2": 12, "edge": 20, "out": 30}
NET = "10.77.0"
PASSWORD = secrets.token_hex(16)
NAME = "hosts.test"
CLONE_NEWNET = 0x40000000
TOOLS = ("ip", "setpriv", "haproxy", "pgbouncer")


def missing(tools: Sequence[str] = TOOLS) -> str:
    """Why the hosts, or whatever takes these tools, cannot be made here; empty where they can."""
    if os.geteuid() != 0:
        return "network namespaces take root"
    lacking = [tool for tool in tools if not where(tool)]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


def where(tool: str) -> str:
    return shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or ""


def run(*words: object) -> str:
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stderr}{done.stdout}"
    return done.stdout


def address(host: str) -> str:
    return f"{NET}.{HOSTS[host]}"


def enter(name: str) -> None:
    """Let the calling thread make its sockets in a network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{name}") as space:
        assert libc.setns(space.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())


class Net:
    """The namespaces, and the cables between them."""

    def __init__(self) -> None:
        self.mark = f"cx{os.getpid()}"

    def space(self, host: str) -> str:
        return f"{self.mark}-{host}"

    def __enter__(self) -> Net:
        try:
            hub = self.space("hub")
            run("ip", "netns", "add", hub)
            run("ip", "-n", hub, "link", "add", "br0", "type", "bridge")
            run("ip", "-n", hub, "link", "set", "br0", "up")
            for host in HOSTS:
                self._host(hub, host)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _host(self, hub: str, host: str) -> None:
        space = self.space(host)
        run("ip", "netns", "add", space)
        run("ip", "-n", space, "link", "set", "lo", "up")
        cable = ("type", "veth", "peer", "name", host, "netns", hub)
        run("ip", "-n", space, "link", "add", "eth0", *cable)
        run("ip", "-n", space, "addr", "add", f"{address(host)}/24", "dev", "eth0")
        run("ip", "-n", space, "link", "set", "eth0", "up")
        run("ip", "-n", hub, "link", "set", host, "master", "br0", "up")

    def __exit__(self, *error: object) -> None:
        for host in (*HOSTS, "hub"):
            subprocess.run(
                ["ip", "netns", "del", self.space(host)], capture_output=True, check=False
            )

    def cut(self, host: str) -> None:
        """Pull the cable: packets are lost, and nobody is told."""
        run("ip", "-n", self.space("hub"), "link", "set", host, "down")

    def join(self, host: str) -> None:
        run("ip", "-n", self.space("hub"), "link", "set", host, "up")

    def move(self, to: str) -> None:
        """Give the primary's address to another host, and tell the others."""
        subprocess.run(
            ["ip", "-n", self.space("db1"), "addr", "flush", "dev", "eth0"], check=False
        )
        run("ip", "-n", self.space(to), "addr", "add", f"{address('db1')}/24", "dev", "eth0")
        for host in ("web1", "web2"):
            subprocess.run(
                ["ip", "-n", self.space(host), "neigh", "flush", "all"],
                check=False,
                capture_output=True,
            )

    def enter(self, host: str) -> None:
        """Let the calling thread make its connections from there."""
        enter(self.space(host))


class Process:
    """A program on a host, that can be killed and started again."""

    def __init__(self, net: Net, host: str, command: Sequence[object], **given: object) -> None:
        self.command = ["ip", "netns", "exec", net.space(host), *map(str, command)]
        self.given = given
        self.process: subprocess.Popen[bytes] | None = None
        self.is_wanted = False
        self.restarts = 0

    def start(self) -> None:
        self.is_wanted = True
        self.process = subprocess.Popen(self.command, start_new_session=True, **self.given)  # type: ignore[call-overload]  # what the caller gave

    def kill(self) -> None:
        """`kill -9`, with all that it has started; it stays down."""
        self.is_wanted = False
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def look(self) -> None:
        """Start it again where it has ended by itself, as systemd would."""
        if self.is_wanted and self.process is not None and self.process.poll() is not None:
            self.restarts += 1
            self.start()


class Server:
    """A PostgreSQL on a host."""

    def __init__(self, net: Net, host: str, home: Path, binaries: Binaries) -> None:
        self.net, self.host, self.binaries = net, host, binaries
        self.account = binaries.account
        self.home = home / host
        self.home.mkdir(mode=0o700)
        self.account.own(self.home)
        self.data = self.home / "data"

    @property
    def dsn(self) -> str:
        """By its socket, which any namespace of this machine reaches."""
        return conninfo.make_conninfo(
            user="crux", password=PASSWORD, dbname="crux", host=str(self.home), port=5432
        )

    def make(self) -> None:
        secret = self.home / "password"
        secret.write_text(PASSWORD)
        self.account.own(secret)
        words = ["--locale=C.UTF-8", "-U", "crux", "-A", "scram-sha-256", "-E", "UTF8"]
        self.binaries.run("initdb", "-D", self.data, f"--pwfile={secret}", *words)
        with (self.data / "pg_hba.conf").open("a") as hba:
            hba.write(f"host all all {NET}.0/24 scram-sha-256\n")
            hba.write(f"host replication all {NET}.0/24 scram-sha-256\n")

    def found(self) -> None:
        """Make the database."""
        server = conninfo.make_conninfo(self.dsn, dbname="postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE crux")

    def copy(self) -> None:
        """Become a replica of the primary, over the net."""
        source = conninfo.make_conninfo(
            user="crux", password=PASSWORD, host=address("db1"), port=5432, connect_timeout=2
        )
        options = ["-D", self.data, "-X", "stream", "-R", "-c", "fast", "-d", source]
        self._call("pg_basebackup", *options)

    def start(self) -> None:
        says = {
            "listen_addresses": "*",
            "unix_socket_directories": self.home,
            "hot_standby_feedback": "on",
            "wal_retrieve_retry_interval": "500ms",
            "wal_receiver_timeout": "5s",
            "wal_sender_timeout": "5s",
            "tcp_keepalives_idle": "2",
            "tcp_keepalives_interval": "1",
            "tcp_keepalives_count": "2",
            "tcp_user_timeout": "4000",
            "client_connection_check_interval": "2s",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in says.items())
        self._call(
            "pg_ctl", "start", "-w", "-D", self.data, "-l", self.home / "log", "-o", options
        )

    def _call(self, program: str, *words: object) -> None:
        user = [f"--reuid={self.account.uid}", f"--regid={self.account.gid}", "--clear-groups"]
        there = ["ip", "netns", "exec", self.net.space(self.host), "setpriv", *user]
        done = subprocess.run(
            [*there, str(self.binaries.folder / program), *map(str, words)],
            cwd="/",
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program != "pg_ctl" else subprocess.DEVNULL,
            umask=0o077,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )
        log = self.home / "log"
        said = log.read_text()[-1500:] if log.exists() else ""
        assert done.returncode == 0, f"{program}: {done.stdout!r}\n{said}"

    def kill(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def again(self) -> None:
        """Start it once what a kill has left behind is gone."""
        until = time.monotonic() + 30
        while True:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            try:
                return self.start()
            except AssertionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def ask(self, question: str) -> object:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            row = connection.execute(question).fetchone()
        return row[0] if row else None


class Hosts:
    """All of it, running."""

    def __init__(self, net: Net, home: Path) -> None:
        self.net, self.home = net, home
        account = Account.suitable()
        binaries = find(account, copies=postgres.testing().place)
        self.db1, self.db2 = (Server(net, host, home, binaries) for host in ("db1", "db2"))
        self.account = account
        self.output = (home / "output").open("w")
        self.pool = {web: self._pooler(web) for web in ("web1", "web2")}
        self.web = {web: self._python(web, *SERVE, address(web)) for web in ("web1", "web2")}
        self.worker = {web: self._python(web, *WORK) for web in ("web1", "web2")}
        self.proxy = self._proxy()
        self.over = threading.Event()
        self.keeper = threading.Thread(target=self._keep, daemon=True)

    # ---- what the programs are told

    @property
    def environment(self) -> dict[str, str]:
        at = f"postgresql://crux:{PASSWORD}@"
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": SECRET,
            "ALLOWED_HOSTS": NAME,
            "EMAIL_URL": "submission://mail.example.org",
            "PROXIES": "1",
            "ADDRESS_WRITES": "1000000",
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": f"{at}127.0.0.1:6432/crux",
            "DATABASE_DIRECT_URL": f"{at}{address('db1')}:5432/crux",
            "DATABASE_REPLICA_URL": f"{at}{address('db2')}:5432/crux",
        }

    def _python(self, host: str, *words: object) -> Process:
        given = {"env": self.environment, "cwd": PROJECT}
        output = {"stdout": self.output, "stderr": subprocess.STDOUT}
        return Process(self.net, host, [sys.executable, *words], **given, **output)

    def _pooler(self, host: str) -> Process:
        folder = self.home / f"{host}-pool"
        folder.mkdir()
        (folder / "users").write_text(f'"crux" "{PASSWORD}"\n')
        (folder / "ini").write_text(POOLER.format(primary=address("db1"), folder=folder))
        for path in (folder, *folder.iterdir()):
            self.account.own(path)
        user = [f"--reuid={self.account.uid}", f"--regid={self.account.gid}", "--clear-groups"]
        command = ["setpriv", *user, where("pgbouncer"), "-q", folder / "ini"]
        return Process(self.net, host, command, stdout=self.output, stderr=subprocess.STDOUT)

    def _proxy(self) -> Process:
        path = self.home / "haproxy.cfg"
        servers = "".join(SERVER.format(name=web, at=address(web)) for web in ("web1", "web2"))
        path.write_text(PROXY.format(name=NAME, servers=servers))
        command = [where("haproxy"), "-db", "-f", path]
        return Process(self.net, "edge", command, stdout=self.output, stderr=subprocess.STDOUT)

    # ---- running

    def start(self) -> None:
        self.db1.make()
        self.db1.start()
        self.db1.found()
        for words in (["migrate", "-v", "0"], ["collectstatic", "-v", "0", "--no-input"]):
            self.manage(*words)
        self.db2.copy()
        self.db2.start()
        for process in self.processes():
            process.start()
        self.keeper.start()

    def _keep(self) -> None:
        while not self.over.wait(1):
            for process in self.processes():
                process.look()

    def manage(self, *words: str) -> str:
        """A command of the site, outside the hosts; gives what it prints."""
        at = {"DATABASE_URL": self.url, "DATABASE_DIRECT_URL": "", "DATABASE_REPLICA_URL": ""}
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=PROJECT,
            env=self.environment | at,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    @property
    def url(self) -> str:
        folder = str(self.db1.home).replace("/", "%2F")
        return f"postgresql://crux:{PASSWORD}@/crux?host={folder}&port=5432"

    def said(self) -> str:
        """The end of what all of them have said."""
        return (self.home / "output").read_text()[-6000:]

    def processes(self) -> list[Process]:
        return [*self.pool.values(), *self.web.values(), *self.worker.values(), self.proxy]

    def stop(self) -> None:
        self.over.set()
        if self.keeper.is_alive():
            self.keeper.join(10)
        for process in self.processes():
            process.kill()
        for server in (self.db1, self.db2):
            if server.data.exists():
                server.binaries.call("pg_ctl", "stop", "-m", "immediate", "-D", server.data)
        self.output.close()


@contextlib.contextmanager
def running() -> Iterator[Hosts]:
    """Make the hosts and run the site on them; stop and remove everything at the end."""
    home = Path(tempfile.mkdtemp(prefix="crux-hosts-"))
    home.chmod(0o711)
    with Net() as net:
        hosts = Hosts(net, home)
        try:
            hosts.start()
            yield hosts
        finally:
            hosts.stop()
            shutil.rmtree(home, ignore_errors=True)


SECRET = secrets.token_urlsafe(50)
SERVE = ("-m", "config.serve", "--host")
WORK = ("manage.py", "procrastinate", "worker")
