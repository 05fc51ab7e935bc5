"""Reading settings from the environment, with messages that say what to do."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MODES = ("development", "test", "production")


def text(name: str, default: str | None = None) -> str:
    """Return the variable ``name``; raise ImproperlyConfigured if it is missing and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Environment variable {name} is missing. See docs/operations.md.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return the variable ``name`` as a truth value (1/true/yes/on)."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """Return the variable ``name`` as an integer; raise ImproperlyConfigured for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"Environment variable {name} must be a whole number, not {value!r}.") from error


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated variable ``name`` as a list without empty entries."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def mode() -> str:
    """Return the mode the site runs in: development (default), test or production."""
    value = os.environ.get("BAUAKTE_ENV", "development")
    if value not in MODES:
        raise ImproperlyConfigured(f"BAUAKTE_ENV must be one of {', '.join(MODES)}, not {value!r}.")
    return value


def database(url: str) -> dict[str, object]:
    """Return Django's database settings for a ``postgresql://`` address.

    A socket folder stands percent-encoded in the host part or in the query (``?host=/run/…``), as libpq takes it.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://. Bauakte runs on PostgreSQL only.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def secret_file(path: Path, make: str) -> str:
    """Return the content of ``path``; write ``make`` there first (mode 0600) if the file is missing."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(make)
    return path.read_text().strip()
