"""Uploads: what is told, what is refused, and that hostile files cost neither time nor memory."""

from __future__ import annotations

import dataclasses
import io
import time
import zlib
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from reports import pdf_inspect_worker
from reports.pdf_inspect import InspectionLimits, PdfRefusedError, PdfReport, inspect_pdf
from reports.seal import SealedPdf

A4 = (210.0, 297.0)


def pdf_of(*, pages: int = 1, encryption: pikepdf.Encryption | None = None, **changes: object) -> bytes:
    """A small PDF; ``changes`` are set on its root."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595.276, 841.89))
    for name, value in changes.items():
        document.Root[f"/{name}"] = value(document) if callable(value) else value
    out = io.BytesIO()
    document.save(out, encryption=encryption or False, fix_metadata_version=False)
    return out.getvalue()


def codes(report: PdfReport) -> set[str]:
    return {finding.code for finding in report.findings}


def refusal(content: bytes | Path, **limits: int) -> PdfRefusedError:
    with pytest.raises(PdfRefusedError) as caught:
        inspect_pdf(content, file_name="plan.pdf", limits=InspectionLimits(**limits))
    assert "„plan.pdf“" in str(caught.value)
    return caught.value


def test_a_plain_pdf_is_accepted_with_the_advice_to_use_pdfa() -> None:
    report = inspect_pdf(pdf_of(pages=2))
    assert (report.page_count, report.page_sizes_mm, report.pdfa_claim) == (2, (A4, A4), None)
    assert [(finding.code, finding.legal_basis) for finding in report.findings] == [
        ("not_pdfa", "Anlage 1 Nr. 2 Buchst. a NBauVorlVO")
    ]


def test_our_own_notice_is_read_in_full(sealed: dict[str, SealedPdf]) -> None:
    report = inspect_pdf(sealed["permit_notice"].pdf)
    # Its data and the geometry of its site plan.
    assert (report.pdfa_claim, report.embedded_files, report.annotations) == ("3a", 2, 0)
    assert codes(report) == {"not_pdfa", "embedded_files", "signed"}  # Anlage 1 knows parts 1 and 2 only
    assert report.sha256 == sealed["permit_notice"].sha256


@pytest.mark.parametrize("part", ["1b", "2a", "2b", "2u"])
def test_pdfa_1_and_2_are_taken_at_their_word(part: str) -> None:
    def metadata(document: pikepdf.Pdf) -> pikepdf.Object:
        xmp = f'<x xmlns:pdfaid="n" pdfaid:part="{part[0]}" pdfaid:conformance="{part[1].upper()}"/>'
        return document.make_stream(xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)

    report = inspect_pdf(pdf_of(Metadata=metadata))
    assert report.pdfa_claim == part
    assert codes(report) == set()


def test_script_attachments_layers_and_launch_actions_are_found() -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    document = pikepdf.open(io.BytesIO(pdf_of(OpenAction=script)))
    assert codes(inspect_pdf(pdf_of(OpenAction=script))) == {"javascript", "not_pdfa"}
    document.attachments["a.txt"] = b"attached"
    document.Root.OCProperties = Dictionary(OCGs=Array([Dictionary(Type=Name.OCG, Name=String("Ebene"))] * 2))
    document.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("calc.exe")))
    out = io.BytesIO()
    document.save(out)
    report = inspect_pdf(out.getvalue())
    assert codes(report) == {"javascript", "embedded_files", "layers", "launch_action", "not_pdfa"}
    assert (report.embedded_files, report.layers) == (1, 2)


def test_notes_count_and_links_and_form_fields_do_not() -> None:
    document = pikepdf.open(io.BytesIO(pdf_of()))
    kinds = (Name.Text, Name.Highlight, Name.Link, Name.Popup)
    annotations = [Dictionary(Type=Name.Annot, Subtype=kind, Rect=Array([0, 0, 9, 9])) for kind in kinds]
    indirect = document.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([0, 0, 9, 9])))
    document.pages[0].obj.Annots = Array([*annotations, indirect])
    out = io.BytesIO()
    document.save(out)
    report = inspect_pdf(out.getvalue())
    assert report.annotations == 3
    assert "annotations" in codes(report)


def test_page_sizes_are_those_shown() -> None:
    document = pikepdf.open(io.BytesIO(pdf_of(pages=3)))
    document.pages[0].obj.Rotate = 90
    document.pages[1].obj.UserUnit = 2
    document.pages[2].obj.MediaBox = Array([0, 0, 20_000, 20_000])
    out = io.BytesIO()
    document.save(out)
    report = inspect_pdf(out.getvalue())
    assert report.page_sizes_mm == ((297.0, 210.0), (420.0, 594.0), (7055.6, 7055.6))
    assert "page_size" in codes(report)


def test_a_password_refuses_and_mere_protection_warns() -> None:
    locked = pdf_of(encryption=pikepdf.Encryption(owner="o", user="u"))
    assert refusal(locked).code == "encrypted"
    protected = pdf_of(encryption=pikepdf.Encryption(owner="o", user=""))
    assert "protected" in codes(inspect_pdf(protected))


def test_a_truncated_file_is_read_with_a_warning_or_refused() -> None:
    content = pdf_of(pages=5)
    assert "damaged" in codes(inspect_pdf(content[:-40]))
    assert refusal(content[:60]).code == "broken"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a zip file", "not_a_pdf"),
        (b"<html>%PD</html>", "not_a_pdf"),
        (b"%PDF-1.7\n", "broken"),
        (b"\x00" * 5_000 + b"%PDF-1.7", "not_a_pdf"),
    ],
)
def test_what_is_no_pdf_is_refused(content: bytes, code: str) -> None:
    assert refusal(content).code == code


def test_limits_name_both_numbers() -> None:
    assert "7; erlaubt sind 5" in str(refusal(pdf_of(pages=7), max_pages=5))
    error = refusal(pdf_of() + b"\n" * 2_000_000, max_bytes=1_000_000)
    assert error.code == "too_large"
    assert "3 MB; erlaubt sind 1 MB" in str(error)


def bomb(levels: int) -> bytes:
    """A PDF whose page unpacks to a gigabyte, packed ``levels`` times."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b"\x00" * 1_000_000) for _ in range(1_000)) + packer.flush()
    for _ in range(levels - 1):
        data = zlib.compress(data, 9)
    document = pikepdf.new()
    document.add_blank_page()
    content = document.make_stream(b"")
    content.write(data, filter=Array([Name.FlateDecode] * levels))
    document.pages[0].obj.Contents = content
    out = io.BytesIO()
    document.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


@pytest.mark.parametrize("levels", [1, 2, 3, 6])
def test_a_bomb_is_refused_quickly(levels: int) -> None:
    content = bomb(levels)
    assert len(content) < 1_100_000
    start = time.monotonic()
    assert refusal(content).code == "too_costly"
    assert time.monotonic() - start < 10


def test_an_image_of_endless_size_is_refused() -> None:
    def image(document: pikepdf.Pdf) -> pikepdf.Object:
        return document.make_stream(
            b"", Type=Name.XObject, Subtype=Name.Image, Width=60_000, Height=60_000, BitsPerComponent=1
        )

    assert refusal(pdf_of(Bomb=image)).code == "too_costly"


def test_a_worker_without_time_or_memory_refuses() -> None:
    # A small file fits into what the interpreter has allocated before its limit counts; this one does not.
    assert refusal(pdf_of() + b"%" * 40_000_000, max_memory_bytes=20_000_000).code == "too_costly"
    assert refusal(bomb(1), max_seconds=1, max_decoded_bytes=10**12).code == "too_costly"


@pytest.mark.realdata
def test_every_hostile_pdf_ends_as_a_report_or_a_refusal(shared_data: Path) -> None:
    files = sorted((shared_data / "hostile").glob("pdf_*/*.pdf"))
    assert len(files) > 150
    ends: Counter[str] = Counter()
    for file in files:
        start = time.monotonic()
        try:
            report = inspect_pdf(file, file_name=file.name)
        except PdfRefusedError as error:
            ends[error.code] += 1
        else:
            ends["report"] += 1
            assert report.page_count >= 1
        assert time.monotonic() - start < 15, file.name
    assert ends["report"] > 100
    assert ends["encrypted"] > 5
    assert set(ends) <= {"report", "encrypted", "broken", "not_a_pdf", "no_pages", "too_costly"}


def test_the_worker_says_the_same_inside_this_process(sealed: dict[str, SealedPdf]) -> None:
    """Run the worker's functions where coverage and debuggers see them."""
    limits = dataclasses.asdict(InspectionLimits())
    script = pdf_of(OpenAction=Dictionary(S=Name.JavaScript, JS=String("1")))
    for content in (sealed["receipt"].pdf, pdf_of(pages=3), script):
        report = inspect_pdf(content)
        facts = pdf_inspect_worker.inspect(io.BytesIO(content), limits)
        assert facts["findings"] == [finding.code for finding in report.findings]
        assert facts["page_count"] == report.page_count
    for content, code in ((bomb(1), "too_costly"), (b"%PDF-1.7", "broken")):
        with pytest.raises(pdf_inspect_worker.RefusedError, match=code):
            pdf_inspect_worker.inspect(io.BytesIO(content), limits)
