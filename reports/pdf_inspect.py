"""Look into an uploaded PDF without trusting it: in a limited process, with a bounded answer."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from reports.limited import ask_limited

WORKER = Path(__file__).with_name("pdf_inspect_worker.py")
FINDINGS = Path(__file__).with_name("pdf_findings_ni.toml")
ANSWER_LIMIT = 1_000_000

REFUSALS = {
    "not_a_pdf": "{file} ist keine PDF-Datei.",
    "empty": "{file} ist leer.",
    "too_large": "{file} ist zu groß ({size} MB; erlaubt sind {limit} MB).",
    "encrypted": "{file} ist mit einem Kennwort verschlüsselt. Bitte laden Sie sie ohne Kennwort hoch.",
    "broken": "{file} ist beschädigt und lässt sich nicht lesen. Bitte exportieren Sie sie neu.",
    "no_pages": "{file} enthält keine lesbare Seite.",
    "too_many_pages": "{file} hat zu viele Seiten ({pages}; erlaubt sind {limit}).",
    "too_costly": "{file} braucht beim Öffnen zu viel Speicher oder Zeit. Bitte exportieren Sie sie neu.",
}


@dataclass(frozen=True, kw_only=True)
class InspectionLimits:
    """Bounds of one inspection; ``max_decoded_bytes`` is what all streams but images may unpack to."""

    max_bytes: int = 100_000_000
    max_pages: int = 2_000
    max_objects: int = 2_000_000
    max_decoded_bytes: int = 400_000_000
    max_image_pixels: int = 600_000_000
    max_memory_bytes: int = 1_500_000_000
    max_seconds: int = 30


class PdfRefusedError(Exception):
    """A file that is not accepted at all. The message is German and names the file; ``code`` is for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class PdfFinding:
    """A warning: German message and the rule it rests on (empty for mere advice)."""

    code: str
    message: str
    legal_basis: str


@dataclass(frozen=True, kw_only=True)
class PdfReport:
    """What was found in an accepted file.

    ``page_sizes_mm`` are width and height as shown (rotation included), one per page;
    ``pdfa_claim`` such as "2b", from the metadata, unproven.
    """

    sha256: str
    size_bytes: int
    findings: tuple[PdfFinding, ...]
    page_count: int
    page_sizes_mm: tuple[tuple[float, float], ...]
    pdfa_claim: str | None
    embedded_files: int
    annotations: int
    layers: int


def inspect_pdf(content: bytes | Path, *, file_name: str = "", limits: InspectionLimits | None = None) -> PdfReport:
    """Inspect an upload; ``file_name`` is what messages call it.

    Raises ``PdfRefusedError`` for what is no readable PDF within the limits, whatever the
    file tries, and ``OSError`` where a path cannot be read.
    """
    limits = limits or InspectionLimits()
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if size > limits.max_bytes:  # before anything is read
        raise _refused("too_large", file_name, limits, size=size)
    data = content if isinstance(content, bytes) else content.read_bytes()
    if not data:
        raise _refused("empty", file_name, limits)
    # Readers accept the header anywhere in the first kilobyte.
    if b"%PDF-" not in data[:1024]:
        raise _refused("not_a_pdf", file_name, limits)
    facts = ask_limited(WORKER, data, json.dumps(asdict(limits)), seconds=limits.max_seconds, answer_limit=ANSWER_LIMIT)
    if "refusal" in facts:
        raise _refused(facts["refusal"], file_name, limits, pages=facts.get("page_count", 0))
    rules = _rules()
    return PdfReport(
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=size,
        findings=tuple(
            PdfFinding(code, rules[code]["message"], rules[code]["legal_basis"]) for code in facts["findings"]
        ),
        page_count=facts["page_count"],
        page_sizes_mm=tuple((width, height) for width, height in facts["page_sizes_mm"]),
        pdfa_claim=facts["pdfa_claim"],
        embedded_files=facts["embedded_files"],
        annotations=facts["annotations"],
        layers=facts["layers"],
    )


def _refused(code: str, file_name: str, limits: InspectionLimits, *, size: int = 0, pages: int = 0) -> PdfRefusedError:
    name = f"Die Datei „{file_name}“" if file_name else "Die Datei"
    limit = limits.max_pages if code == "too_many_pages" else limits.max_bytes // 1_000_000
    message = REFUSALS[code].format(file=name, size=-(-size // 1_000_000), pages=pages, limit=limit)
    return PdfRefusedError(code, message)


@lru_cache(maxsize=1)
def _rules() -> dict[str, dict[str, str]]:
    rules: dict[str, dict[str, str]] = tomllib.loads(FINDINGS.read_text(encoding="utf-8"))["finding"]
    return rules
