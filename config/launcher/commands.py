"""The database for single commands (``manage.py …``): a server that runs already, else one just for the command."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from config.launcher.locks import Lock
from config.launcher.places import postgres_folder, private_var_folder
from config.launcher.postgres import AlreadyOwnedError, EmbeddedPostgres, PostgresError, is_running

# Commands that need no database; all others get one.
WITHOUT_DATABASE = frozenset(
    {
        "check_site_plans",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "flowexport",
        "help",
        "makemessages",
        "version",
    }
)
JOIN_SECONDS = 60.0


@contextmanager
def database_for(arguments: Sequence[str]) -> Iterator[None]:
    """Make the database reachable while a command runs; ``arguments`` is ``sys.argv``.

    Does nothing with ``DATABASE_URL`` or for a command that needs none. Raises PostgresError.
    """
    if os.environ.get("DATABASE_URL") or not _needs_database(arguments):
        yield
        return
    users = Lock(private_var_folder() / "postgres.users", shared=True)
    everyone = Lock(users.path)
    server = EmbeddedPostgres(postgres_folder())
    users.acquire(JOIN_SECONDS)
    try:
        owned = _start_or_join(server)
        yield
    finally:
        users.release()
        if owned:
            # Another command may have joined our server in the meantime: it ends first.
            everyone.acquire(float("inf"))
            everyone.release()
            server.stop()


def _needs_database(arguments: Sequence[str]) -> bool:
    command = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = any(word in {"-h", "--help", "--version"} for word in arguments[1:])
    return not (asks_for_help or command in WITHOUT_DATABASE)


def _start_or_join(server: EmbeddedPostgres) -> bool:
    """Return True if the server was started here, False if it is another process's."""
    import time

    deadline = time.monotonic() + JOIN_SECONDS
    while True:
        try:
            server.start()
        except AlreadyOwnedError:
            if is_running(server.data):
                return False
            if time.monotonic() > deadline:
                raise PostgresError(f"Die Datenbank in {server.data} antwortet nicht.") from None
            time.sleep(0.1)
        else:
            return True
