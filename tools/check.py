"""`make test`: linters, types, migrations, deployment checks and all tests, against one embedded PostgreSQL.

Usage: check.py [--only STEP] [PYTEST ARGUMENTS …]. All steps run, also after a failure; exit 1 if one failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from config.launcher.postgres import EmbeddedPostgres  # noqa: E402

PACKAGES = ("config", "gis", "permits", "workflows", "reports", "demo", "bench")
BIN = Path(sys.executable).parent
# Complete enough for `check --deploy`; the values are never used.
PRODUCTION = {
    "BAUAKTE_ENV": "production",
    "SECRET_KEY": "check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "ALLOWED_HOSTS": "bauakte.example",
    "SITE_URL": "https://bauakte.example",
}


# Files are handed out in the order of tests/conftest.py, the long ones first.
DISTRIBUTION = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
PYTEST = (*DISTRIBUTION, "--durations", "15")
# The browser tests keep what they covered for the report of the tests after them.
QUIET_COVERAGE = ("--cov", "--cov-report", "")
COVERAGE = ("--cov", "--cov-append", "--cov-report", "term", "--cov-report", "xml")


def steps(pytest_arguments: list[str]) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Return for each step its command and the environment variables it adds."""
    python, manage = sys.executable, str(PROJECT / "manage.py")
    packages = [part for name in PACKAGES for part in ("-p", name)]
    return {
        "lint": ([str(BIN / "ruff"), "check", "."], {}),
        "format": ([str(BIN / "ruff"), "format", "--check", "."], {}),
        "types": ([str(BIN / "mypy"), *packages], {}),
        "migrations": ([python, manage, "makemigrations", "--check", "--dry-run"], {}),
        "deploy": ([python, manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        # Playwright keeps an event loop in its thread, so browser tests run in processes of their own, and first: the
        # last lines of the output are then those of the larger part.
        "browser": ([str(BIN / "pytest"), "-m", "browser", *PYTEST, *QUIET_COVERAGE, *pytest_arguments], {}),
        "tests": ([str(BIN / "pytest"), "-m", "not browser", *PYTEST, *COVERAGE, *pytest_arguments], {}),
    }


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one step, with its output and the time it took."""
    print(f"\n── {name}: {' '.join(Path(part).name if part.startswith('/') else part for part in command)}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    seconds = time.monotonic() - started
    print(f"── {name}: {'in Ordnung' if code == 0 else f'FEHLER (Code {code})'}, {seconds:.0f} s", flush=True)
    return code == 0


def main() -> int:
    """Run the steps and say at the end which failed."""
    arguments = sys.argv[1:]
    only = ""
    if arguments[:1] == ["--only"]:
        only, arguments = arguments[1], arguments[2:]
    chosen = {name: step for name, step in steps(arguments).items() if only in {"", name}}
    if not chosen:
        sys.exit(f"Unbekannter Schritt: {only}")
    failed = []
    with (
        tempfile.TemporaryDirectory(prefix="bauakte-check-") as folder,
        EmbeddedPostgres(Path(folder) / "pg", durable=False) as server,
    ):
        for name, (command, variables) in chosen.items():
            if not passes(name, command, os.environ | {"DATABASE_URL": server.url} | variables):
                failed.append(name)
    if failed:
        print(f"\nNicht bestanden: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
