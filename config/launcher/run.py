"""Starts everything in order, tells where the site is, watches over it, and stops everything in reverse order."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from config.launcher.account import bound_to_parent
from config.launcher.children import Child, stop_all
from config.launcher.locks import Lock, LockedError
from config.launcher.places import PROJECT, postgres_folder, private_var_folder
from config.launcher.postgres import EmbeddedPostgres
from config.launcher.static import collect_static

WEB_READY_SECONDS = 60.0
STOP_SECONDS = 15.0
OTHER_COMMAND_SECONDS = 30.0
PR_SET_PDEATHSIG = 1


class RunError(Exception):
    """The site could not be started or go on; the message (German) says why and what to do."""


class StopRequest(BaseException):
    """Ctrl-C or SIGTERM: no error, so no handler of errors may catch it."""


def run() -> None:
    """Run the site in the foreground until a signal comes. Raises RunError, PostgresError."""
    _end_with_make()
    with _signals_as_exceptions() as ignore_signals, ExitStack() as stack:
        try:
            stack.callback(_say, "Beendet.")
            _run_until_stopped(stack)
        except StopRequest:
            _say("Wird beendet …")
        finally:
            ignore_signals()


def _run_until_stopped(stack: ExitStack) -> None:
    listener = stack.enter_context(_listening_place())
    port = listener.getsockname()[1]
    _only_run_here(stack)
    environment = dict(os.environ) | {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
    server = None
    if not environment.get("DATABASE_URL"):
        _say("Datenbank startet …")
        server = stack.enter_context(EmbeddedPostgres(postgres_folder(), wait_seconds=OTHER_COMMAND_SECONDS))
        environment["DATABASE_URL"] = server.url
    _say("Datenbank wird auf den neuesten Stand gebracht …")
    _manage(environment, "migrate", "--no-input", "--verbosity", "0")
    if server:
        # From here on nobody owns a table: what the site cannot do, a hole in the site cannot do either.
        environment["DATABASE_URL"] = server.grant_web_role()
    collect_static(lambda: _manage(environment, "collectstatic", "--no-input", "--clear", "--verbosity", "0"))
    logins = _seed_demo(environment)
    children = _children(environment, listener)
    stack.callback(stop_all, children, STOP_SECONDS)
    for child in children:
        child.start()
    _wait_until_answering(port, children)
    print(f"\n{logins.strip()}\n\nBauakte läuft: http://127.0.0.1:{port}/   (Strg-C beendet alles)\n", flush=True)
    _watch(children, server)


def _seed_demo(environment: dict[str, str]) -> str:
    """Make the demo town and its cases where they are missing; return the logins by role."""
    in_production = environment.get("BAUAKTE_ENV") == "production"
    if environment.get("DEMO", "no" if in_production else "yes").strip().lower() not in {"1", "true", "yes", "on"}:
        return "Ohne Demodaten (DEMO=no)."
    _say("Demodaten werden geprüft …")
    return _manage(environment, "seed_demo", capture=True)


def _children(environment: dict[str, str], listener: socket.socket) -> list[Child]:
    web = environment | {"WEB_SOCKET": str(listener.fileno())}
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"]
    worker = [sys.executable, "manage.py", "procrastinate", "worker", "--shutdown-graceful-timeout", "10"]
    return [
        Child("Webserver", gunicorn, PROJECT, web, pass_fds=(listener.fileno(),)),
        Child("Hintergrunddienst", worker, PROJECT, environment),
    ]


@contextmanager
def _listening_place() -> Iterator[socket.socket]:
    """Reserve the port before anything is started. The web server begins to listen on it."""
    host = os.environ.get("BAUAKTE_HOST", "127.0.0.1")
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdigit() or int(wanted) > 65535:
        raise RunError(f"PORT muss eine Zahl von 0 bis 65535 sein, nicht „{wanted}“.")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, int(wanted)))
        except OSError as error:
            raise RunError(
                f"Port {wanted} ist belegt oder nicht erlaubt ({error.strerror}). Bitte einen anderen nehmen, "
                f"zum Beispiel: make run PORT={int(wanted) + 1 if int(wanted) < 65535 else 8001}"
            ) from error
        yield listener


def _only_run_here(stack: ExitStack) -> None:
    lock = Lock(private_var_folder() / "run.lock")
    try:
        lock.acquire()
    except LockedError as error:
        raise RunError("Bauakte läuft in diesem Ordner schon. Bitte dort mit Strg-C beenden.") from error
    stack.callback(lock.release)


def _manage(environment: dict[str, str], *arguments: str, capture: bool = False) -> str:
    command = bound_to_parent(sys.executable, "manage.py", *arguments, signal="TERM")
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, text=True, check=False,
        stdout=subprocess.PIPE if capture else None,
    )  # fmt: skip
    if done.returncode:
        raise RunError(f"„manage.py {arguments[0]}“ ist fehlgeschlagen (Code {done.returncode}).\n{done.stdout or ''}")
    return done.stdout or ""


def _wait_until_answering(port: int, children: list[Child]) -> None:
    deadline = time.monotonic() + WEB_READY_SECONDS
    while time.monotonic() < deadline:
        for child in children:
            if child.ended_with() is not None:
                raise RunError(f"{child.name} endete beim Start (Code {child.ended_with()}).")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except urllib.error.HTTPError as error:
            raise RunError(f"Die Startseite antwortet mit dem Fehler {error.code}.") from error
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RunError(f"Der Webserver antwortet nicht innerhalb von {WEB_READY_SECONDS:.0f} Sekunden.")


def _watch(children: list[Child], server: EmbeddedPostgres | None) -> None:
    """Start again what ends by itself, and say so; give up when that happens too often."""
    while True:
        time.sleep(0.5)
        if server and not server.pid:
            _say("Die Datenbank wurde unerwartet beendet und startet neu …")
            server.restart()
        for child in children:
            code = child.ended_with()
            if code is None:
                continue
            if not child.may_restart():
                raise RunError(f"{child.name} endet immer wieder (Code {code}).")
            _say(f"{child.name} wurde unerwartet beendet (Code {code}) und startet neu …")
            child.start()


@contextmanager
def _signals_as_exceptions() -> Iterator[Callable[[], None]]:
    """Turn the first Ctrl-C, TERM or HUP into StopRequest; yields a function that ignores all later ones."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def ignore() -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)

    def stop(_number: int, _frame: FrameType | None) -> None:
        ignore()
        raise StopRequest

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield ignore
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_with_make() -> None:
    """Let the kernel end this process, too, when the ``make`` that started it is killed."""
    if os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _say(text: str) -> None:
    print(f"→ {text}", flush=True)
