"""PDF/A-3a and PDF/UA-1 after sealing, judged by the real veraPDF."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pikepdf

from reports.data import as_data
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.seal import SealedPdf
from tests.reports.samples import SAMPLES, receipt
from tools.verapdf import validate


def test_every_sealed_document_is_pdfa_3a_and_pdfua_1(sealed: dict[str, SealedPdf], tmp_path: Path) -> None:
    for name, item in sealed.items():
        (tmp_path / f"{name}.pdf").write_bytes(item.pdf)
    verdicts = validate(sorted(tmp_path.iterdir()), ["3a", "ua1"])
    assert len(verdicts) == 2 * len(SAMPLES)
    assert {(verdict.file, verdict.flavour): verdict.failed for verdict in verdicts if not verdict.compliant} == {}
    assert all(verdict.assertions > 1000 for verdict in verdicts)


def test_documents_without_a_seal_meet_both_standards_too(fonts: FontSet, tmp_path: Path) -> None:
    unsealed = render_document(receipt(seal=None), fonts=fonts)
    assert not unsealed.has_seal_field
    (tmp_path / "receipt.pdf").write_bytes(unsealed.pdf)
    assert [verdict.failed for verdict in validate([tmp_path / "receipt.pdf"], ["3a", "ua1"])] == [{}, {}]


def test_the_data_is_an_associated_file_once(sealed: dict[str, SealedPdf]) -> None:
    for name, item in sealed.items():
        with pikepdf.open(io.BytesIO(item.pdf)) as pdf:
            [specification] = list(pdf.Root.AF)
            assert specification.AFRelationship == pikepdf.Name.Data
            [file] = [pdf.attachments[key].get_file() for key in pdf.attachments]
            data = json.loads(file.read_bytes())
        assert data["document"] == as_data(SAMPLES[name])
        assert file.mime_type == "application/json"


def test_only_the_pinned_fonts_are_embedded(sealed: dict[str, SealedPdf]) -> None:
    for item in sealed.values():
        with pikepdf.open(io.BytesIO(item.pdf)) as pdf:
            names = {
                str(entry.BaseFont).split("+")[-1].replace("#20", "-")
                for entry in pdf.objects
                if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == pikepdf.Name.Font
            }
        assert names
        assert all(name.startswith(("Fira-Sans", "FiraSans", "Noto-Sans", "NotoSans")) for name in names), names


def test_title_language_and_tags_are_set(sealed: dict[str, SealedPdf], rendered: dict[str, RenderedDocument]) -> None:
    with pikepdf.open(io.BytesIO(sealed["permit_notice"].pdf)) as pdf:
        assert str(pdf.Root.Lang) == "de"
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == rendered["permit_notice"].title
        assert rendered["permit_notice"].title == "Baugenehmigung 63-00042-2026 – Stadt Musterstadt"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261120091500")
