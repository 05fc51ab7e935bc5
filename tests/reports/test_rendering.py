"""Stored papers again; hostile texts; characters that no font has. That bytes are the same: test_determinism.py."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from reports.contexts import (
    CaseReference,
    ConditionItem,
    ConditionKind,
    DocumentContext,
    ReasonSection,
    Recipient,
    Summary,
)
from reports.errors import GlyphCoverageError, RenderError
from reports.fonts import FontSet, FontsMissingError
from reports.html import Asset
from reports.pdf import RenderedDocument, render_document, rerender
from reports.registry import UnknownDocumentError
from reports.samples import SAMPLES
from reports.samples.cast import CASE, COMMON, LETTERHEAD
from reports.samples.permit_notice import granted_notice
from reports.samples.receipt import receipt


def text_of(pdf: bytes) -> str:
    """All text, with no-break spaces as spaces and line ends removed."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return "".join(pages).replace("\u00a0", " ").replace("\r\n", "\n")


def test_a_stored_asset_that_was_changed_is_refused(rendered: dict[str, RenderedDocument]) -> None:
    item = rendered["receipt"]
    sha256 = next(key for key, asset in item.assets.items() if asset.media_type == "image/svg+xml")
    forged = {**item.assets, sha256: Asset("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}
    with pytest.raises(RenderError, match="verändert"):
        rerender(dataclasses.replace(item, assets=forged))


def test_html_names_every_font_and_drawing_by_its_hash(rendered: dict[str, RenderedDocument]) -> None:
    item = rendered["permit_notice"]
    for sha256, asset in item.assets.items():
        assert asset.sha256 == sha256
        named = f"asset:{sha256}" in item.html + item.css
        assert named or sha256 in {reference.sha256 for reference in item.attachments}
    assert "http" not in item.css.replace("http://www.w3.org", "")


def test_the_versions_of_everything_that_shapes_the_bytes_are_kept(rendered: dict[str, RenderedDocument]) -> None:
    versions = rendered["receipt"].renderer_versions
    assert {"weasyprint", "pydyf", "pikepdf", "fonttools", "pyphen", "pango", "finishing"} == set(versions)
    assert all(version[0].isdigit() for version in versions.values())
    json.dumps(dict(rendered["receipt"].context), allow_nan=False)


def test_markup_in_texts_is_printed_and_never_obeyed(fonts: FontSet) -> None:
    nasty = '<script>alert(1)</script><b>fett</b> &amp; <img src="file:///etc/passwd"> {{ d.case }} {% load x %}'
    case = dataclasses.replace(CASE, proposal=nasty)
    condition = ConditionItem(kind=ConditionKind.REQUIREMENT, text=nasty, reason=nasty, legal_basis=nasty)
    document = granted_notice(case=case, conditions=(condition,), summary=Summary(decided=nasty))
    result = render_document(document, fonts=fonts)
    text = text_of(result.pdf).replace("\n", "")
    assert "<script>alert(1)</script>" in text
    assert "{{ d.case }} {% load x %}" in text
    assert "root:" not in text


def test_a_hundred_conditions_are_numbered_and_printed(fonts: FontSet) -> None:
    conditions = tuple(
        ConditionItem(kind=ConditionKind.REQUIREMENT, text=f"Auflage mit der Kennung K{number:03}. " + "Text " * 60)
        for number in range(1, 101)
    )
    result = render_document(granted_notice(conditions=conditions), fonts=fonts)
    text = text_of(result.pdf)
    assert all(f"K{number:03}" in text for number in range(1, 101))
    assert "\n100.\n" in text or "100. Auflage" in text or "100.\u2003" in text or "100." in text
    assert len(pypdfium2.PdfDocument(result.pdf)) > 10


def test_long_words_wrap_inside_the_margins(fonts: FontSet) -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 8
    case = CaseReference(**{**dataclasses.asdict(CASE), "proposal": word, "site_address": word, "applicant": word})
    document = granted_notice(
        case=case,
        conditions=(ConditionItem(kind=ConditionKind.REQUIREMENT, text=word),),
        reasons=(ReasonSection(heading=word, paragraphs=(word,)),),
        findings=(dataclasses.replace(granted_notice().findings[0], title=word, assessment=word),),
        recipient=Recipient(address_lines=(word[:120], *("Zeile",) * 8)),
    )
    result = render_document(document, fonts=fonts)
    for page in pypdfium2.PdfDocument(result.pdf):
        content = page.get_textpage()
        right = max(content.get_charbox(index)[2] for index in range(content.count_chars()))
        assert right <= page.get_width() - 11 * 72 / 25.4


@pytest.mark.parametrize(
    ("text", "lost"),
    [("Haus 漢字", "漢字"), ("Fertig 😀", "😀"), ("Umkehr \u202e rückwärts", "\u202e"), ("Null\x00", "\x00")],
)
def test_characters_that_no_font_prints_are_named_with_their_place(text: str, lost: str, fonts: FontSet) -> None:
    condition = ConditionItem(kind=ConditionKind.REQUIREMENT, text=text)
    with pytest.raises(GlyphCoverageError) as caught:
        render_document(granted_notice(conditions=(condition,)), fonts=fonts)
    assert caught.value.missing == {"conditions[0].text": lost}
    assert "conditions[0].text" in caught.value.message
    assert f"U+{ord(lost[0]):04X}" in caught.value.message


def test_names_in_all_latin_letters_of_din_91379_print(fonts: FontSet) -> None:
    names = "Łukasz Şahin Đặng Nguyễn Þórður Ħal Œuvre Ľubomír Ẽ Ẅ Ǯ ß ẞ ĳ ŉ C̆ D̂ Ž̧"
    assert fonts.missing(names) == ""
    document = receipt(recipient=Recipient(address_lines=(names,)))
    assert "Łukasz Şahin" in text_of(render_document(document, fonts=fonts).pdf)


def test_characters_from_the_second_font_print_too(fonts: FontSet) -> None:
    first = fonts.fonts[0].characters
    only_second = [c for c in sorted(fonts.characters - first) if 0x1E00 <= c <= 0x1EFF]
    assert only_second, "Noto Sans has to add letters"
    document = receipt(recipient=Recipient(address_lines=("Name " + chr(only_second[0]),)))
    assert render_document(document, fonts=fonts).pdf.startswith(b"%PDF-1.7")


def test_the_address_lines_of_any_length_push_the_text_down(fonts: FontSet) -> None:
    document = receipt(recipient=Recipient(address_lines=tuple(f"Zeile {number}" for number in range(1, 15))))
    text = text_of(render_document(document, fonts=fonts).pdf)
    assert text.index("Zeile 14") < text.index("Eingangsbestätigung")


def test_a_notice_with_nothing_optional_renders(fonts: FontSet) -> None:
    bare = granted_notice(
        summary=None, operative=(), conditions=(), reasons=(), deviations=(), findings=(), approved_documents=(),
        drawing=None, signatories=(), enclosures=(), verification=None, seal=None,
    )  # fmt: skip
    result = render_document(bare, fonts=fonts)
    assert not result.has_seal_field
    assert "Nebenbestimmungen" not in text_of(result.pdf)
    with pikepdf.open(io.BytesIO(result.pdf)) as pdf:
        assert "/AcroForm" not in pdf.Root


def test_rendering_logs_nothing(rendering: tuple[dict[str, RenderedDocument], list[str]]) -> None:
    documents, log = rendering
    assert set(documents) == set(SAMPLES)
    assert log == []


def test_a_complaint_of_the_renderer_is_an_error(rendered: dict[str, RenderedDocument]) -> None:
    broken = dataclasses.replace(rendered["receipt"], css=rendered["receipt"].css + "\np { color: no-such-colour; }")
    with pytest.raises(RenderError, match="no-such-colour"):
        rerender(broken)


def test_an_address_outside_the_assets_is_never_fetched(rendered: dict[str, RenderedDocument]) -> None:
    item = rendered["receipt"]
    for address in ("file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA"):
        html = item.html.replace("</body>", f'<img src="{address}" alt="x"></body>')
        with pytest.raises(RenderError, match="außerhalb"):
            rerender(dataclasses.replace(item, html=html))


def test_missing_fonts_are_named(tmp_path: Path) -> None:
    with pytest.raises(FontsMissingError, match=r"FiraSans-Regular\.woff2"):
        FontSet.from_folder(tmp_path / "nowhere")


def test_a_context_of_an_unknown_kind_is_refused(fonts: FontSet) -> None:
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Postcard(DocumentContext):
        pass

    with pytest.raises(UnknownDocumentError, match="Postcard"):
        render_document(Postcard(**COMMON), fonts=fonts)  # type: ignore[arg-type]


@pytest.mark.parametrize("colour", ["red", "#fff", "#ffee00", "#1f3b5c; } p { display: none", ""])
def test_a_colour_that_is_none_or_cannot_be_read_is_refused(colour: str, fonts: FontSet) -> None:
    letterhead = dataclasses.replace(LETTERHEAD, accent_colour=colour)
    with pytest.raises(RenderError) as caught:
        render_document(receipt(letterhead=letterhead), fonts=fonts)
    assert caught.value.places == ("letterhead.accent_colour",)
