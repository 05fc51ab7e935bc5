"""Runs as a script of its own under hard limits; prints one JSON object about one PDF.

Imports nothing of ours, so that it starts fast and can be run isolated.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import resource
import sys
import zlib
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

# Links, form fields and pop-up windows of other notes are no comments.
NO_COMMENTS = {"/Link", "/Widget", "/Popup", "/PrinterMark", "/TrapNet", "/Watermark"}
PDFA_PART = re.compile(rb"pdfaid:part(?:>|\s*=\s*[\"'])\s*(\d)")
PDFA_LEVEL = re.compile(rb"pdfaid:conformance(?:>|\s*=\s*[\"'])\s*([A-Za-z])")
MM_PER_POINT = 25.4 / 72
SMALLEST_PAGE_MM, LARGEST_PAGE_MM = 50.0, 5080.0  # a label; 200 inches, what viewers take
METADATA_LIMIT = 2_000_000
FILTER_LIMIT = 4
CHUNK = 1 << 16


class RefusedError(Exception):
    """The file is not accepted; the argument is the code of the refusal."""


def main() -> None:
    """Print what is to be said about the file on standard input under the limits ``argv[1]``."""
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["max_memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits["max_seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = inspect(io.BytesIO(sys.stdin.buffer.read()), limits)
    except RefusedError as error:
        answer = {"refusal": error.args[0], **(error.args[1] if len(error.args) > 1 else {})}
    except MemoryError:
        answer = {"refusal": "too_costly"}
    except Exception:  # noqa: BLE001  whatever a hostile file breaks, it is broken
        answer = {"refusal": "broken"}
    print(json.dumps(answer))


def inspect(file: BinaryIO, limits: dict[str, int]) -> dict[str, Any]:
    """Facts about the file, or ``RefusedError``."""
    try:
        pdf = pikepdf.open(file, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise RefusedError("encrypted") from error
    except pikepdf.PdfError as error:
        raise RefusedError("broken") from error
    with pdf:
        sizes = page_sizes(pdf, limits)
        facts = Facts(limits)
        facts.scan(pdf)
        claim = pdfa_claim(pdf)
        attached = attached_files(pdf)
        layers = layer_count(pdf)
        found = {
            "damaged": bool(pdf.get_warnings()),
            "protected": pdf.is_encrypted,
            "signed": facts.signed,
            "not_pdfa": claim is None or claim[0] not in "12",
            "annotations": facts.comments > 0,
            "embedded_files": max(attached, facts.file_specs) > 0,
            "layers": layers > 0,
            "javascript": facts.javascript,
            "launch_action": facts.launch,
            "page_size": any(not SMALLEST_PAGE_MM <= side <= LARGEST_PAGE_MM for size in sizes for side in size),
        }
        return {
            "findings": [code for code, is_there in found.items() if is_there],
            "page_count": len(sizes),
            "page_sizes_mm": sizes,
            "pdfa_claim": claim,
            "embedded_files": max(attached, facts.file_specs),
            "annotations": facts.comments,
            "layers": layers,
        }


def page_sizes(pdf: pikepdf.Pdf, limits: dict[str, int]) -> list[tuple[float, float]]:
    """Width and height of each page in millimetres, as shown."""
    count = len(pdf.pages)
    if count == 0:
        raise RefusedError("no_pages")
    if count > limits["max_pages"]:
        raise RefusedError("too_many_pages", {"page_count": count})
    return [page_size(page) for page in pdf.pages]


def page_size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height in millimetres; 0 × 0 where the page does not say."""
    try:
        left, bottom, right, top = (float(value) for value in page.cropbox)
        unit = float(page.obj.get("/UserUnit", 1))
        turned = int(page.rotation) % 180 == 90
    except (TypeError, ValueError, AttributeError, KeyError):
        return 0.0, 0.0
    width, height = (round(abs(side) * unit * MM_PER_POINT, 1) for side in (right - left, top - bottom))
    if not (math.isfinite(width) and math.isfinite(height)):
        return 0.0, 0.0
    return (height, width) if turned else (width, height)


def pdfa_claim(pdf: pikepdf.Pdf) -> str | None:
    """Part and level that the metadata claim; read by pattern, since the XML may be hostile."""
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, Stream):
        return None
    try:
        content = unpacked(metadata, METADATA_LIMIT)
    except (zlib.error, pikepdf.PdfError, ValueError, RefusedError):
        return None
    part, level = PDFA_PART.search(content), PDFA_LEVEL.search(content)
    if part is None:
        return None
    return part[1].decode() + (level[1].decode().lower() if level else "")


def attached_files(pdf: pikepdf.Pdf) -> int:
    """Files in the name tree; a broken tree counts as none, since the scan counts file specifications too."""
    with contextlib.suppress(Exception):
        return len(pdf.attachments)
    return 0


def layer_count(pdf: pikepdf.Pdf) -> int:
    """Optional content groups."""
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, Dictionary):
        return 0
    groups = properties.get("/OCGs")
    return len(groups) if isinstance(groups, Array) else 1


class Facts:
    """What a walk over all objects finds: it needs no tree to be sound."""

    def __init__(self, limits: dict[str, int]) -> None:
        self.limits = limits
        self.javascript = self.launch = self.signed = False
        self.comments = self.file_specs = 0
        self.decoded = 0

    def scan(self, pdf: pikepdf.Pdf) -> None:
        """Walk over every object."""
        if len(pdf.objects) > self.limits["max_objects"]:
            raise RefusedError("too_costly")
        for item in pdf.objects:
            if isinstance(item, Dictionary | Stream):
                self.note(item)
                for value in (item.get("/A"), item.get("/OpenAction"), *values_of(item.get("/AA"))):
                    if isinstance(value, Dictionary):
                        self.note_action(value)
            if isinstance(item, Stream):
                self.weigh(item)

    def note(self, item: Any) -> None:
        """One dictionary."""
        self.note_action(item)
        subtype = str(item.get("/Subtype", ""))
        if "/Rect" in item and subtype and subtype not in NO_COMMENTS:
            self.comments += 1
        if "/EF" in item:
            self.file_specs += 1
        if item.get("/Type") == Name.Sig or "/ByteRange" in item:
            self.signed = True
        annotations = item.get("/Annots")
        if isinstance(annotations, Array):
            # Annotations written inside the page are no objects of their own.
            for annotation in annotations:
                if isinstance(annotation, Dictionary) and not annotation.is_indirect:
                    self.note(annotation)

    def note_action(self, item: Any) -> None:
        """One action, wherever it hangs."""
        kind = item.get("/S")
        if kind == Name.JavaScript or "/JS" in item or "/JavaScript" in item:
            self.javascript = True
        if kind == Name.Launch:
            self.launch = True

    def weigh(self, stream: Stream) -> None:
        """Refuse what would unpack to too much; images count by their pixels and are not unpacked."""
        if stream.get("/Subtype") == Name.Image:
            with contextlib.suppress(TypeError, ValueError):
                if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > self.limits["max_image_pixels"]:
                    raise RefusedError("too_costly")
            return
        with contextlib.suppress(zlib.error, pikepdf.PdfError, ValueError):
            self.decoded += len(unpacked(stream, self.limits["max_decoded_bytes"] - self.decoded))


def unpacked(stream: Stream, limit: int) -> bytes:
    """Content with its Flate filters undone; ``RefusedError`` past ``limit`` bytes or too many filters."""
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)] if filters else []
    if len(names) > FILTER_LIMIT:
        raise RefusedError("too_costly")
    content = stream.read_raw_bytes()
    for name in names:
        if name not in ("/FlateDecode", "/Fl"):
            break
        engine = zlib.decompressobj()
        parts: list[bytes] = []
        size = 0
        for start in range(0, len(content), CHUNK):
            data = content[start : start + CHUNK]
            while data:
                part = engine.decompress(data, limit - size + 1)
                size += len(part)
                if size > limit:
                    raise RefusedError("too_costly")
                parts.append(part)
                data = engine.unconsumed_tail
        content = b"".join(parts)
    return content


def values_of(item: Any) -> list[Any]:
    """Values of a dictionary, or none."""
    return list(dict(item).values()) if isinstance(item, Dictionary) else []


if __name__ == "__main__":
    main()
