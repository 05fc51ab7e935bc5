"""The embedded PostgreSQL, with real servers and real kills."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.launcher import account, postgres
from config.launcher.postgres import AlreadyOwnedError, EmbeddedPostgres, PostgresError, database_url, is_running
from tests.config.processes import processes_of, wait_until

PROJECT = Path(__file__).resolve().parent.parent.parent
HOLDER = """
import signal, sys
from pathlib import Path
from config.launcher.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])):
    print("ready", flush=True)
    signal.pause()
"""
# As root the server runs in a user namespace, or where there are none as "nobody"; other people have one way only.
AS_ROOT = [*(["namespace"] if account.namespaces_allowed() else []), "nobody"]
ACCOUNTS = AS_ROOT if os.geteuid() == 0 else ["own"]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Return a data folder below a folder that only its owner may enter."""
    private = tmp_path / "geheim"
    private.mkdir(mode=0o700)
    yield private / "postgres"
    shutil.rmtree(postgres.socket_folder(private / "postgres"), ignore_errors=True)


def holder(data: Path) -> "subprocess.Popen[str]":
    """Start a process that runs the server on ``data`` and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def note(url: str, text: str) -> list[str]:
    """Store ``text`` and return all that is stored."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])
        return [row[0] for row in connection.execute("SELECT text FROM note ORDER BY text")]


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_a_server_starts_keeps_its_data_and_leaves_no_process(
    data: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "nobody":
        monkeypatch.setattr(account, "namespaces_allowed", lambda: False)
    for text, stored in (("eins", ["eins"]), ("zwei", ["eins", "zwei"])):
        with EmbeddedPostgres(data) as server:
            assert is_running(data)
            assert note(server.url, text) == stored
            assert postgres.socket_folder(data).stat().st_mode & 0o077 == 0
            assert data.stat().st_mode & 0o077 == 0
            owner = int(Path(f"/proc/{server.pid}/status").read_text().split("Uid:")[1].split()[0])
            assert owner == {"namespace": 0, "nobody": account.NOBODY, "own": os.geteuid()}[kind]
        assert not is_running(data)
        assert processes_of(data) == {}
        assert not postgres.socket_folder(data).exists()


def test_it_speaks_german_letters_and_has_the_extensions(data: Path) -> None:
    with EmbeddedPostgres(data, durable=False) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT lower('ÄÖÜ'), upper('ß')").fetchone() == ("äöü", "ß")
        rows = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
        assert {"pg_trgm", "unaccent", "btree_gist"} <= {row[0] for row in rows}


def test_two_servers_run_side_by_side(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "a" / "pg") as first, EmbeddedPostgres(tmp_path / "b" / "pg") as second:
        assert note(first.url, "a") == ["a"]
        assert note(second.url, "b") == ["b"]


def test_a_second_owner_of_the_same_folder_is_refused(data: Path) -> None:
    with EmbeddedPostgres(data), pytest.raises(AlreadyOwnedError, match="schon"):
        EmbeddedPostgres(data).start()


def test_the_server_ends_when_its_parent_is_killed_and_the_next_one_has_the_data(data: Path) -> None:
    parent = holder(data)
    note(database_url(data), "vorher")
    parent.kill()
    parent.wait()
    with EmbeddedPostgres(data) as server:  # at once, while the old server may still be ending
        assert note(server.url, "nachher") == ["nachher", "vorher"]
    assert processes_of(data) == {}


def test_the_server_ends_with_its_parent_and_nobody_starts_it_again(data: Path) -> None:
    parent = holder(data)
    parent.kill()
    parent.wait()
    wait_until(lambda: not processes_of(data))


def test_a_killed_server_is_restarted_with_what_was_committed(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        note(server.url, "vorher")
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not server.pid)
        server.restart()
        assert note(server.url, "nachher") == ["nachher", "vorher"]


def test_an_interrupted_creation_is_begun_again(data: Path) -> None:
    leftover = data.with_name("postgres.new")
    leftover.mkdir()
    (leftover / "half").write_text("an initdb that was killed")
    with EmbeddedPostgres(data) as server:
        assert note(server.url, "x") == ["x"]
    assert not leftover.exists()


def test_a_very_long_path_still_has_a_short_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("ordner" * 15) / ("unterordner" * 10)
    with EmbeddedPostgres(folder / "pg") as server:
        assert note(server.url, "x") == ["x"]


def test_data_of_another_version_is_refused_by_name(data: Path) -> None:
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match="PostgreSQL 12"):
        EmbeddedPostgres(data).start()


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    with EmbeddedPostgres(data):
        pass
    (data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresError, match="no_such_setting"):
        EmbeddedPostgres(data).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else")
def test_a_socket_folder_of_somebody_else_is_refused(data: Path) -> None:
    folder = postgres.socket_folder(data)
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    with pytest.raises(PostgresError, match="anderen Benutzer"):
        EmbeddedPostgres(data).start()
