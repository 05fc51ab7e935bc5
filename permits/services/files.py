"""Content-addressed files under their authority (design decision 10)."""

import hashlib
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from permits.models import PermitAuthority, StoredFile


@transaction.atomic
def store_file(*, authority: PermitAuthority, content: bytes, media_type: str) -> StoredFile:
    """Keep ``content`` and return its row; the same content of the same authority is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    stored, _ = StoredFile.objects.get_or_create(
        authority=authority, sha256=digest, defaults={"size": len(content), "media_type": media_type}
    )
    _keep(stored.storage_name, content)
    return stored


def _keep(name: str, content: bytes) -> None:
    """Write ``content`` unless it is there whole; the name is its hash, so whoever wrote it wrote the same.

    An earlier transaction may have rolled back after writing, the disk may have been full, or a worker killed in the
    middle: what is there may be missing or cut short.
    """
    if default_storage.exists(name):
        if default_storage.size(name) == len(content):
            return
        default_storage.delete(name)
    kept = default_storage.save(name, ContentFile(content))
    if kept != name:
        # Another worker was faster with the same content; ours got a name of its own.
        default_storage.delete(kept)


class DamagedFileError(Exception):
    """A stored file is missing or no longer has the content that its hash names."""


def open_file(stored: StoredFile) -> IO[bytes]:
    """Open a stored file for reading."""
    return default_storage.open(stored.storage_name, "rb")


def read_file(stored: StoredFile) -> bytes:
    """Return the content; raises DamagedFileError where it does not match the hash."""
    try:
        with open_file(stored) as handle:
            content = handle.read()
    except FileNotFoundError as error:
        raise DamagedFileError(stored.storage_name) from error
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise DamagedFileError(stored.storage_name)
    return content
