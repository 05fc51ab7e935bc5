"""Look into an uploaded PDF without trusting it: in a limited process, with a bounded answer."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tomllib
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

WORKER = Path(__file__).with_name("pdf_inspect_worker.py")
FINDINGS = Path(__file__).with_name("pdf_findings_ni.toml")
ANSWER_LIMIT = 1_000_000

REFUSALS = {
    "not_a_pdf": "Die Datei ist keine PDF-Datei.",
    "empty": "Die Datei ist leer.",
    "too_large": "Die Datei ist zu groß ({size} MB; erlaubt sind {limit} MB).",
    "encrypted": "Die Datei ist mit einem Kennwort verschlüsselt. Bitte laden Sie sie ohne Kennwort hoch.",
    "broken": "Die PDF-Datei ist beschädigt und lässt sich nicht lesen. Bitte exportieren Sie sie neu.",
    "no_pages": "Die PDF-Datei enthält keine lesbare Seite.",
    "too_many_pages": "Die PDF-Datei hat zu viele Seiten ({pages}; erlaubt sind {limit}).",
    "too_costly": "Die PDF-Datei braucht beim Öffnen zu viel Speicher oder Zeit. Bitte exportieren Sie sie neu.",
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


@dataclass(frozen=True)
class PdfRefusal:
    """Why a file is not accepted at all; ``message`` is German."""

    code: str
    message: str


@dataclass(frozen=True)
class PdfFinding:
    """A warning: German message and the rule it rests on (empty for mere advice)."""

    code: str
    message: str
    legal_basis: str


@dataclass(frozen=True, kw_only=True)
class PdfInspection:
    """What was found. After a refusal everything but hash and size may be missing.

    ``page_sizes_mm`` are width and height as shown (rotation included), one per page;
    ``pdfa_claim`` such as "2b", from the metadata, unproven.
    """

    sha256: str
    size_bytes: int
    refusal: PdfRefusal | None = None
    findings: tuple[PdfFinding, ...] = ()
    page_count: int | None = None
    page_sizes_mm: tuple[tuple[float, float], ...] = ()
    pdfa_claim: str | None = None
    has_javascript: bool = False
    embedded_files: int = 0
    annotations: int = 0
    layers: int = 0

    @property
    def accepted(self) -> bool:
        """True where the file may be stored, with or without findings."""
        return self.refusal is None


def inspect_pdf(path: Path, *, limits: InspectionLimits | None = None) -> PdfInspection:
    """Inspect the file at ``path``; every outcome is an answer, none an exception of the file's making.

    Raises ``OSError`` where ``path`` cannot be read.
    """
    limits = limits or InspectionLimits()
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    facts = _early_refusal(path, size, limits) or _ask_worker(path, limits)
    refusal = facts.get("refusal")
    if refusal is not None:
        message = REFUSALS[refusal].format(
            size=f"{size / 1e6:.0f}",
            pages=facts.get("page_count"),
            limit=limits.max_pages if refusal == "too_many_pages" else f"{limits.max_bytes / 1e6:.0f}",
        )
        return PdfInspection(sha256=sha256, size_bytes=size, refusal=PdfRefusal(refusal, message))
    rules = _rules()
    return PdfInspection(
        sha256=sha256,
        size_bytes=size,
        findings=tuple(
            PdfFinding(code, rules[code]["message"], rules[code]["legal_basis"]) for code in facts["findings"]
        ),
        page_count=facts["page_count"],
        page_sizes_mm=tuple((width, height) for width, height in facts["page_sizes_mm"]),
        pdfa_claim=facts["pdfa_claim"],
        has_javascript="javascript" in facts["findings"],
        embedded_files=facts["embedded_files"],
        annotations=facts["annotations"],
        layers=facts["layers"],
    )


def _early_refusal(path: Path, size: int, limits: InspectionLimits) -> dict[str, Any] | None:
    if size == 0:
        return {"refusal": "empty"}
    if size > limits.max_bytes:
        return {"refusal": "too_large"}
    with path.open("rb") as file:
        # Readers accept the header anywhere in the first kilobyte.
        if b"%PDF-" not in file.read(1024):
            return {"refusal": "not_a_pdf"}
    return None


def _ask_worker(path: Path, limits: InspectionLimits) -> dict[str, Any]:
    try:
        # Isolated mode and an empty environment: the worker sees its packages and the one file.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(WORKER), str(path.resolve()), json.dumps(asdict(limits))],
            capture_output=True,
            timeout=limits.max_seconds,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refusal": "too_costly"}
    if done.returncode != 0 or len(done.stdout) > ANSWER_LIMIT:
        return {"refusal": "too_costly"}
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


@lru_cache(maxsize=1)
def _rules() -> dict[str, dict[str, str]]:
    rules: dict[str, dict[str, str]] = tomllib.loads(FINDINGS.read_text(encoding="utf-8"))["finding"]
    return rules
