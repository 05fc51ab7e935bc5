"""The version of the software, stored with every check run and named in every result."""

import tomllib
from functools import lru_cache
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@lru_cache(maxsize=1)
def software_version() -> str:
    """Return the version from ``pyproject.toml``."""
    version: str = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["version"]
    return version
