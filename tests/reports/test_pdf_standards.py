"""PDF/A-3a and PDF/UA-1 after sealing, judged by the real veraPDF."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pikepdf
import pypdfium2

from reports.data import as_data
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.registry import KINDS, kind_of
from reports.samples import SAMPLES
from reports.samples.receipt import receipt
from reports.seal import SealedPdf
from reports.tagging import elements
from tools.verapdf import validate


def test_every_document_is_pdfa_3a_and_pdfua_1_before_and_after_sealing(
    rendered: dict[str, RenderedDocument], sealed: dict[str, SealedPdf], tmp_path: Path
) -> None:
    for name, item in rendered.items():
        (tmp_path / f"{name}.pdf").write_bytes(item.pdf)
    for name, seal in sealed.items():
        (tmp_path / f"{name}.sealed.pdf").write_bytes(seal.pdf)
    # One start of the engine for all files: it takes longer than a file.
    verdicts = validate(sorted(tmp_path.iterdir()), ["3a", "ua1"])
    assert len(verdicts) == 2 * (len(SAMPLES) + len(sealed))
    assert {(verdict.file, verdict.flavour): verdict.failed for verdict in verdicts if not verdict.compliant} == {}
    assert all(verdict.assertions > 1000 for verdict in verdicts)


def test_documents_without_a_seal_meet_both_standards_too(fonts: FontSet, tmp_path: Path) -> None:
    unsealed = render_document(receipt(seal=None), fonts=fonts)
    assert not unsealed.has_seal_field
    (tmp_path / "receipt.pdf").write_bytes(unsealed.pdf)
    assert [verdict.failed for verdict in validate([tmp_path / "receipt.pdf"], ["3a", "ua1"])] == [{}, {}]


def test_every_kind_has_a_sample() -> None:
    assert {kind_of(sample).id for sample in SAMPLES.values()} == set(KINDS)


def test_data_and_geometry_are_associated_files_each_once(
    rendered: dict[str, RenderedDocument], sealed: dict[str, SealedPdf]
) -> None:
    for name, item in rendered.items():
        sample = SAMPLES[name]
        final = sealed[name].pdf if name in sealed else item.pdf
        with pikepdf.open(io.BytesIO(final)) as pdf:
            specifications = {str(entry.UF): entry for entry in pdf.Root.AF}
            assert len(specifications) == len(pdf.Root.AF) == len(pdf.attachments)
            assert list(pdf.Root.Names.EmbeddedFiles.Names)[::2] == sorted(specifications)
            assert pdf.get_warnings() == []
            data_name = f"{item.kind}.json"
            data = pdf.attachments[data_name].get_file()
            assert specifications[data_name].AFRelationship == pikepdf.Name.Data
            assert data.mime_type == "application/json"
            assert json.loads(data.read_bytes())["document"] == as_data(sample)
            if sample.site_plan_geojson is None:
                assert set(specifications) == {data_name}
                continue
            geometry = pdf.attachments["lageplan.geojson"].get_file()
            assert specifications["lageplan.geojson"].AFRelationship == pikepdf.Name.Supplement
            assert geometry.mime_type == "application/geo+json"
            assert geometry.read_bytes() == sample.site_plan_geojson.encode()


def test_the_geometry_of_a_site_plan_goes_into_the_notice(rendered: dict[str, RenderedDocument]) -> None:
    [data, geometry] = rendered["permit_notice"].attachments
    plan = json.loads(rendered["permit_notice"].assets[geometry.sha256].content)
    assert plan["type"] == "FeatureCollection"
    assert plan["features"]
    document = json.loads(rendered["permit_notice"].assets[data.sha256].content)["document"]
    assert document["site_plan_geojson_sha256"] == geometry.sha256


def test_fonts_are_subset(rendered: dict[str, RenderedDocument]) -> None:
    for item in rendered.values():
        with pikepdf.open(io.BytesIO(item.pdf)) as pdf:
            fonts = [
                entry
                for entry in pdf.objects
                if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == pikepdf.Name.FontDescriptor
            ]
            assert fonts
            for font in fonts:
                [program] = [font[key] for key in ("/FontFile2", "/FontFile3") if key in font]
                # The whole fonts have hundreds of kilobytes.
                assert len(program.read_bytes()) < 90_000, font.FontName
                assert str(font.FontName)[7] == "+", "a subset says so by its prefix"


def test_headings_are_bookmarks_in_order(rendered: dict[str, RenderedDocument]) -> None:
    for name, item in rendered.items():
        with pikepdf.open(io.BytesIO(item.pdf)) as pdf, pdf.open_outline() as outline:
            titles = [entry.title for entry in flat(outline.root)]
            levels = {str(element.S) for element in elements(pdf)}
        assert titles, name
        assert "/H1" in levels, name
    with pikepdf.open(io.BytesIO(rendered["permit_notice"].pdf)) as pdf, pdf.open_outline() as outline:
        titles = [str(entry.title) for entry in flat(outline.root)]
    places = [next(n for n, title in enumerate(titles) if word in title) for word in ("Nebenbestimmungen", "Siegel")]
    assert places == sorted(places)


def test_tables_have_headers_and_figures_alternatives(rendered: dict[str, RenderedDocument]) -> None:
    figures = 0
    for item in rendered.values():
        with pikepdf.open(io.BytesIO(item.pdf)) as pdf:
            for element in elements(pdf):
                if pikepdf.Name.Figure == element.S:
                    figures += 1
                    assert str(element.get("/Alt", "")).strip()
                if pikepdf.Name.Table == element.S:
                    cells = list(below(element))
                    headers = [cell for cell in cells if cell.S == pikepdf.Name.TH]
                    assert headers, "a table without header cells"
                    assert all("/A" in cell for cell in headers), "a header cell says what it heads (scope)"
    assert figures > len(rendered), "crest and code, at least"


def test_the_reading_order_is_that_of_the_letter(rendered: dict[str, RenderedDocument]) -> None:
    content = rendered["permit_notice"]
    with pikepdf.open(io.BytesIO(content.pdf)) as pdf:
        order = [str(element.S).strip("/") for element in elements(pdf)]
    assert order.index("H1") < order.index("H2")
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content.pdf)]
    text = " ".join("".join(pages).replace("\u00a0", " ").split())
    wanted = ["Aktenzeichen", "Baugenehmigung", "Das Wichtigste", "Sehr geehrte", "Mit freundlichen", "Prüfseite"]
    found = [text.index(word) for word in wanted]
    assert found == sorted(found)


def flat(items: Iterable[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    """Bookmarks with those below them, in reading order."""
    for item in items:
        yield item
        yield from flat(item.children)


def below(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Structure elements inside ``element``."""
    kids = element.get("/K", ())
    for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from below(kid)


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
        assert str(pdf.docinfo["/Title"]).replace("\u00a0", " ") == rendered["permit_notice"].title
        assert rendered["permit_notice"].title == "Baugenehmigung 63-00042-2026 – Stadt Musterstadt"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261120091500")
