"""Folders of the store: written beside it, put in place by one rename, swept when nothing knows them."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

STAGING = ".staging"
_ABANDONED_AFTER_S = 2 * 24 * 3600


class SnapshotWriteError(Exception):
    """The snapshot could not be written; the message is a German sentence."""


@contextmanager
def writing() -> Iterator[None]:
    """Turn what the file system says (read-only, no right, no space) into SnapshotWriteError."""
    try:
        yield
    except OSError as error:
        raise SnapshotWriteError(
            "Der Datenstand ließ sich nicht schreiben. Bitte prüfen Sie den Ordner der Ebenen (LAYER_ROOT): ob es ihn "
            "gibt, das Recht zu schreiben und den freien Speicherplatz."
        ) from error


def staging_folder(root: Path, name: str) -> Path:
    """A new empty folder for a snapshot in the making. Raises SnapshotWriteError."""
    staging = root / STAGING
    with writing():
        staging.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=staging))


@writing()
def put_in_place(staged: Path, target: Path, marker: str) -> Path:
    """Make a complete folder read-only and move it to its place; one that is already there (`marker`) stays.

    Raises SnapshotWriteError.
    """
    for file in staged.iterdir():
        file.chmod(0o444)
        sync(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        staged.chmod(0o755)
        staged.rename(target)
    except OSError:
        if not (target / marker).exists():
            raise
        # Somebody wants it again: it must not be taken for an old leftover.
        os.utime(target)
    sync(target.parent)
    return target


def size_and_hash(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Write a file or folder through to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_abandoned(root: Path, is_known: Callable[[Path], bool] | None = None) -> int:
    """Remove what broken imports left behind, once it is older than two days; returns how many folders.

    Parameters
    ----------
    root : Path
        The store.
    is_known : callable, optional
        Whether a snapshot's folder is in use. Given, finished snapshots that nobody uses are removed as well: they are
        what an import leaves whose transaction was rolled back. Without it only unfinished ones are.
    """
    removed = 0
    leftovers = list((root / STAGING).glob("*"))
    if is_known is not None:
        leftovers += [folder for folder in snapshot_folders(root) if not is_known(folder)]
    for folder in leftovers:
        try:
            old = time.time() - folder.stat().st_mtime > _ABANDONED_AFTER_S
        except FileNotFoundError:
            continue
        if old:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def snapshot_folders(root: Path) -> Iterator[Path]:
    """Every finished snapshot in the store: folders named by a SHA-256, below owner and layer (or plan)."""
    for owner in root.glob("[!.]*"):
        for folder in owner.glob("**/meta.json"):
            if len(folder.parent.name) == 64:
                yield folder.parent
