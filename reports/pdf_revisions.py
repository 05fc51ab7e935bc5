"""What a PDF carries besides its pages: embedded files, and the states that it grew through."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import pikepdf

END_OF_REVISION = b"%%EOF"
LINE_ENDS = (b"\r\n", b"\n", b"\r", b"")
MAX_REVISIONS = 100


class UnreadablePdfError(ValueError):
    """The bytes are no PDF, or one that is damaged or locked."""


def require_readable(pdf: bytes) -> None:
    """Raise UnreadablePdfError for what is no whole PDF: text, nothing at all, a file cut off or locked.

    Readers mend a file that was cut off by guessing what it was; for a proof there is nothing to guess.
    """
    try:
        pikepdf.open(io.BytesIO(pdf), attempt_recovery=False).close()
    except pikepdf.PasswordError as error:
        raise UnreadablePdfError(
            "Die Datei ist keine lesbare PDF-Datei: Sie ist mit einem Passwort gesperrt."
        ) from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        damage = ": Sie ist beschädigt oder unvollständig" if pdf.startswith(b"%PDF-") else ""
        raise UnreadablePdfError(f"Die Datei ist keine lesbare PDF-Datei{damage}.") from error


def embedded_files(pdf: bytes) -> dict[str, bytes]:
    """Return the files inside a PDF by name; raises UnreadablePdfError."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return {name: item.get_file().read_bytes() for name, item in document.attachments.items()}
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadablePdfError("Die Datei ist keine lesbare PDF-Datei.") from error


def revision_hashes(pdf: bytes) -> Iterator[str]:
    """Yield the SHA-256 of every earlier state of a PDF that was only ever appended to, the latest first.

    A file to which proof was added (PAdES B-LT) still has the sealed file as its beginning.
    """
    ends: list[int] = []
    at = pdf.find(END_OF_REVISION)
    while at >= 0 and len(ends) < MAX_REVISIONS * len(LINE_ENDS):
        after = at + len(END_OF_REVISION)
        ends += [after + len(line_end) for line_end in LINE_ENDS if pdf.startswith(line_end, after)]
        at = pdf.find(END_OF_REVISION, after)
    digest, done, found = hashlib.sha256(), 0, []
    for end in sorted({end for end in ends if end < len(pdf)}):
        digest.update(pdf[done:end])
        done = end
        found.append(digest.hexdigest())
    yield from reversed(found)
