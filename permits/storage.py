"""Files on disk that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Writes beside the place, and moves the file there once it is on disk.

    A full disk, a killed worker or a power cut leaves no half of a file under a name that somebody trusts.
    """

    def _save(self, name: str, content: File[bytes]) -> str:
        place = Path(self.path(name))
        self._make_folder(place.parent)
        handle, name_of_draft = tempfile.mkstemp(prefix=".", suffix=".part", dir=place.parent)
        draft = Path(name_of_draft)
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            draft.chmod(self.file_permissions_mode or 0o600)
            draft.replace(place)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return name.replace("\\", "/")

    def _make_folder(self, folder: Path) -> None:
        for part in reversed([part for part in (folder, *folder.parents) if not part.exists()]):
            with suppress(FileExistsError):
                part.mkdir(mode=0o777 if self.directory_permissions_mode is None else self.directory_permissions_mode)
