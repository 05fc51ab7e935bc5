"""States of layers and plans as the commands take them: a file, or the beginning of a snapshot's id."""

import re
from pathlib import Path

from django.core.management.base import CommandError

_ID = re.compile(r"[0-9a-f]{8,64}", re.IGNORECASE)


def file_or_id(state: str, *, returncode: int) -> Path | None:
    """Return the path of a file, None for what may be an id; raises CommandError for anything else."""
    path = Path(state)
    if path.is_file():
        return path
    if _ID.fullmatch(state):
        return None
    raise CommandError(
        f"„{state}“ ist weder eine Datei noch die Kennung eines Datenstands (mindestens 8 Zeichen).",
        returncode=returncode,
    )
