"""Where the launcher keeps things: the checkout and its folder for data that is not part of the product."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent


def var_folder() -> Path:
    """Return the folder for databases, files and keys of this installation (``BAUAKTE_VAR``, default ``var``)."""
    return Path(os.environ.get("BAUAKTE_VAR") or PROJECT / "var").resolve()


def private_var_folder() -> Path:
    """Return ``var_folder()``, made if needed, entered by this user only."""
    folder = var_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def postgres_folder() -> Path:
    """Return the data folder of the embedded PostgreSQL."""
    return var_folder() / "postgres"
