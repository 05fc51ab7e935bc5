"""What packed files of reference data may unpack to, from the settings."""

from django.conf import settings

from gis.readers.source_archive import ArchiveLimits


def archive_limits() -> ArchiveLimits:
    """Return the limits for imports."""
    return ArchiveLimits(files=settings.IMPORT_ARCHIVE_FILES, unpacked_bytes=settings.IMPORT_ARCHIVE_BYTES)
