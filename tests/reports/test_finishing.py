"""A change of ours that gives other bytes for the same stored document must show in the versions that are stored.

The document has no text, so that its bytes depend on nothing of the machine: only on the pinned libraries and on us.
"""

from __future__ import annotations

import hashlib
import io
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pikepdf

from reports.finish import FIELD_NAME, FINISHING_VERSION
from reports.html import Asset
from reports.hyphenation import WORDS
from reports.pdf import AttachmentRef, rerender

GOLDEN = Path(__file__).with_name("finishing.toml")
DRAWING = Asset(
    "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
)
DATA = Asset("application/json", b"{}")
PLAN = Asset("application/geo+json", b'{"type": "FeatureCollection", "features": []}')
HTML = f"""<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Probe</title></head><body>
<ul><li><p><img src="asset:{DRAWING.sha256}" alt="Dreieck"></p></li></ul>
<article><div id="seal-field"></div></article></body></html>"""
CSS = "li { list-style: none; height: 9mm } p { font-size: 0 } #seal-field { width: 60mm; height: 20mm }"


@dataclass(frozen=True)
class Stored:
    """What of a document is stored to set it again: a list, a drawing, a place for the seal, two files not in order."""

    html: str = HTML
    css: str = CSS
    assets: dict[str, Asset] = field(default_factory=lambda: {one.sha256: one for one in (DRAWING, DATA, PLAN)})
    attachments: tuple[AttachmentRef, ...] = (
        AttachmentRef("zeichnung.json", DATA.sha256, "Daten"),
        AttachmentRef("lageplan.geojson", PLAN.sha256, "Geometrie", "Supplement"),
    )
    created_at: datetime = datetime(2026, 11, 20, 11, tzinfo=UTC)


def test_other_bytes_have_another_version() -> None:
    now = {
        "finishing": FINISHING_VERSION,
        **{name: version(name) for name in ("weasyprint", "pydyf", "pikepdf", "pyphen")},
        "document": hashlib.sha256(rerender(Stored())).hexdigest(),
        "hyphenation": hashlib.sha256(WORDS.read_bytes()).hexdigest(),
    }
    lines = "\n".join(f'{name} = "{value}"' for name, value in now.items())
    recorded = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))
    assert now == recorded, (
        "The bytes of a finished document have changed. If a library changed, its version tells; if we did, raise "
        f"FINISHING_VERSION in reports/finish.py. Then {GOLDEN.name} is:\n{lines}"
    )


def test_the_document_goes_through_every_step_of_finishing() -> None:
    with pikepdf.open(io.BytesIO(rerender(Stored()))) as pdf:
        assert [str(entry.T) for entry in pdf.Root.AcroForm.Fields] == [FIELD_NAME]
        assert len(pdf.Root.AF) == 2
        assert len(pdf.pages[0].obj.Resources.Font) == 0
        assert pdf.open_metadata().get("pdfuaid:part") == "1"
