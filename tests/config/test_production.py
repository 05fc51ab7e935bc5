"""Production mode: what must be said must be said, and nothing is guessed."""

import os
import subprocess
import sys

import pytest

from config.launcher.places import PROJECT

COMPLETE: dict[str, str | None] = {
    "DJANGO_SETTINGS_MODULE": None,  # the tests' own
    "BAUAKTE_ENV": "production",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "bauakte.example",
    "SITE_URL": "https://bauakte.example",
    "DATABASE_URL": "postgresql://bauakte@db.example/bauakte",
}


def manage(*arguments: str, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    variables = {name: value for name, value in (os.environ | COMPLETE | changes).items() if value is not None}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True, check=False)


def test_the_deployment_check_is_clean() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
def test_a_missing_variable_refuses_to_start_by_name(name: str) -> None:
    done = manage("check", **{name: None})
    assert done.returncode == 1
    assert done.stderr.strip() == f"Environment variable {name} is missing. See docs/operations.md."


def test_another_engine_than_postgresql_is_refused() -> None:
    done = manage("check", DATABASE_URL="sqlite:///db.sqlite3")
    assert done.returncode == 1
    assert "PostgreSQL only" in done.stderr
