"""What packed files of reference data may unpack to, from the settings."""

from django.conf import settings

from gis.zip_archive import ZipLimits


def archive_limits() -> ZipLimits:
    """Return the limits for imports."""
    return ZipLimits(files=settings.IMPORT_ARCHIVE_FILES, unpacked_bytes=settings.IMPORT_ARCHIVE_BYTES)
