"""A real PostGIS server for tests and the benchmark: Debian's PostgreSQL in a temporary folder, on a Unix socket."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config.launcher.account import as_server_account, hand_over
from config.launcher.postgres import SOCKET_ROOT

USER = "gis"
_VERSIONS = Path("/usr/lib/postgresql")
_SECONDS = 60


def binaries() -> Path | None:
    """Folder of the newest PostgreSQL of the system that has PostGIS, or None."""
    found = [
        path / "bin"
        for path in _VERSIONS.glob("*")
        if Path(f"/usr/share/postgresql/{path.name}/extension/postgis.control").exists()
    ]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def postgis_server() -> Iterator[str]:
    """Run a server; yields the folder of its socket, which is also its host name for libpq."""
    programs = binaries()
    assert programs is not None, "PostGIS is missing (see tools/system_packages.py)"
    # A short path: that of a socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=SOCKET_ROOT))
    data = folder / "data"
    data.mkdir(mode=0o700)
    hand_over(folder)
    process = None
    try:
        create = [str(programs / "initdb"), "-D", str(data), "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(as_server_account(*create, "--no-sync", signal="KILL"), check=True, capture_output=True)
        settings = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
        options = [part for setting in settings for part in ("-c", setting)]
        start = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *options]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(as_server_account(*start, signal="INT"), stdout=log, stderr=log, cwd="/")
        _wait(folder, process)
        yield str(folder)
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # at once: sessions that are still open are ended
            process.wait(_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def connect(host: str, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """A connection of the server's owner."""
    return psycopg.connect(host=host, dbname=database, user=USER, autocommit=True)


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with connect(str(folder)) as connection:
                connection.execute("CREATE EXTENSION postgis")
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError((folder / "log").read_text(errors="replace"))
