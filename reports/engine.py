"""WeasyPrint, closed off: assets by hash only, every complaint an error, the seal field's place noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from weasyprint import CSS, HTML, Attachment
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.complaints import complaints_of_weasyprint
from reports.errors import RenderError
from reports.faces import font_faces
from reports.html import Asset
from reports.hyphenation import register as register_hyphenation

if TYPE_CHECKING:
    from reports.pdf import AttachmentRef

VARIANT = "pdf/a-3a"
SEAL_ANCHOR = "seal-field"
POINTS_PER_PIXEL = 0.75

register_hyphenation()


@dataclass(frozen=True)
class FieldPlace:
    """Where the visible seal field stands: page index and rectangle in PDF points from bottom left."""

    page: int
    rectangle: tuple[float, float, float, float]


@dataclass(frozen=True)
class Pages:
    """What WeasyPrint gives."""

    pdf: bytes
    seal_field: FieldPlace | None


class AssetFetcher(URLFetcher):
    """Gives assets by their SHA-256 and refuses every other address, files and network alike."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        super().__init__(allowed_protocols=("asset",), fail_on_errors=True)
        self._assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset that ``url`` names; ``ValueError`` for any other address."""
        scheme, _, sha256 = url.partition(":")
        if scheme != "asset" or sha256 not in self._assets:
            raise ValueError("a document may only use its own assets")
        asset = self._assets[sha256]
        if asset.sha256 != sha256:
            raise ValueError("a stored asset has changed")
        return URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})


def render_pages(
    html: str,
    css: str,
    assets: Mapping[str, Asset],
    attachments: tuple[AttachmentRef, ...],
    created_at: datetime,
) -> Pages:
    """Lay out and write the pages; raises ``RenderError`` where WeasyPrint complains."""
    fetcher = AssetFetcher(assets)
    with complaints_of_weasyprint() as complaints, _missing_assets():
        fonts, faces, rules = font_faces(css, assets, fetcher)
        styles = CSS(string=rules, font_config=fonts, url_fetcher=fetcher)
        document = HTML(string=html, url_fetcher=fetcher).render(
            font_config=fonts, stylesheets=[faces, styles], pdf_variant=VARIANT
        )
        place = _seal_place(document.pages)
        files = [
            Attachment(
                string=assets[item.sha256].content,
                name=item.name,
                description=item.description,
                created=created_at,
                modified=created_at,
                relationship=item.relationship,
            )
            # The names of attached files form a tree that readers search: it must be sorted (ISO 32000-1, 7.9.6).
            for item in sorted(attachments, key=lambda item: item.name)
        ]
        pdf = document.write_pdf(pdf_variant=VARIANT, attachments=files)
    if complaints:
        raise RenderError(f"Das Dokument lässt sich nicht fehlerfrei setzen: {'; '.join(complaints)}")
    return Pages(pdf, place)


def _seal_place(pages: list[object]) -> FieldPlace | None:
    for index, page in enumerate(pages):
        rectangle = page.anchors.get(SEAL_ANCHOR)  # type: ignore[attr-defined]
        if rectangle is not None:
            left, top, right, bottom = rectangle
            height = page.height  # type: ignore[attr-defined]
            points = (left, height - bottom, right, height - top)
            return FieldPlace(index, tuple(round(value * POINTS_PER_PIXEL, 2) for value in points))
    return None


@contextmanager
def _missing_assets() -> Iterator[None]:
    try:
        yield
    except FatalURLFetchingError as error:
        raise RenderError("Ein Bestandteil des Dokuments fehlt, wurde verändert oder liegt außerhalb.") from error
