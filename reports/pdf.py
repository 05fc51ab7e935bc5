"""From a context to a PDF that is PDF/A-3a and PDF/UA-1 at once, and the proof that it can be had again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from importlib.metadata import version
from typing import Any, Protocol

from weasyprint.text.ffi import pango

from reports.contexts.parts import DocumentContext
from reports.coverage import require_coverage
from reports.data import as_data
from reports.engine import render_pages
from reports.errors import RenderError
from reports.finish import FINISHING_VERSION, finish_pdf
from reports.fonts import FontSet
from reports.formatting import BERLIN
from reports.html import Asset, build_source
from reports.letterhead import require_letterhead
from reports.registry import kind_of

__all__ = ["Asset", "AttachmentRef", "RenderError", "RenderedDocument", "StoredDocument", "render_document", "rerender"]


@dataclass(frozen=True)
class AttachmentRef:
    """An associated file inside the PDF; its content is the asset with that SHA-256.

    ``relationship`` says what it is to the document (ISO 19005-3, annex E): "Data" is what the pages show,
    "Supplement" what completes them.
    """

    name: str
    sha256: str
    description: str
    relationship: str = "Data"


class StoredDocument(Protocol):
    """What has to be stored so that ``rerender`` gives the same bytes."""

    @property
    def html(self) -> str: ...
    @property
    def css(self) -> str: ...
    @property
    def assets(self) -> Mapping[str, Asset]: ...
    @property
    def attachments(self) -> tuple[AttachmentRef, ...]: ...
    @property
    def created_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class RenderedDocument:
    """A document before sealing, with everything that went into it.

    ``assets`` maps SHA-256 to content: fonts, drawings, the data file. ``context``
    is the document's data, ready for JSON. ``has_seal_field``: the PDF has the
    signature field "Siegel".
    """

    kind: str
    title: str
    html: str = field(repr=False)
    css: str = field(repr=False)
    assets: Mapping[str, Asset] = field(repr=False)
    attachments: tuple[AttachmentRef, ...]
    created_at: datetime
    pdf: bytes = field(repr=False)
    pdf_sha256: str
    template_version: str
    renderer_versions: Mapping[str, str]
    context: Mapping[str, Any] = field(repr=False)
    has_seal_field: bool


def render_document(document: DocumentContext, *, fonts: FontSet) -> RenderedDocument:
    """Render ``document``; the same context, fonts and versions give the same bytes.

    Raises
    ------
    GlyphCoverageError
        A text has characters that no font prints.
    DrawingError
        The plan is no drawing or does not fit the page at its scale; the crest cannot be printed.
    RenderError
        The renderer reported a fault, or the colours of the letterhead cannot be read.
    UnknownDocumentError
        The class of ``document`` is not registered.
    """
    kind = kind_of(document)
    require_coverage(document, fonts)
    require_letterhead(document.letterhead, fonts=fonts)
    created_at = _created_at(document)
    source = build_source(document, kind, created=_w3c(created_at), fonts=fonts)
    context = as_data(document)
    payload = {"kind": kind.id, "version": kind.version, "document": context}
    data = Asset(
        "application/json", json.dumps(payload, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False).encode()
    )
    attachments = [AttachmentRef(f"{kind.id}.json", data.sha256, f"{kind.title}: Daten dieses Dokuments")]
    assets = {**source.assets, data.sha256: data}
    if document.site_plan_geojson is not None:
        geometry = Asset("application/geo+json", document.site_plan_geojson.encode())
        assets[geometry.sha256] = geometry
        # The drawing shows the plan; its geometry is for machines, beyond what is drawn.
        attachments.append(
            AttachmentRef("lageplan.geojson", geometry.sha256, "Lageplan: Geometrie (GeoJSON)", "Supplement")
        )
    pdf, has_field = _produce(source.html, source.css, assets, tuple(attachments), created_at)
    return RenderedDocument(
        kind=kind.id,
        title=source.title,
        html=source.html,
        css=source.css,
        assets=assets,
        attachments=tuple(attachments),
        created_at=created_at,
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        template_version=kind.version,
        renderer_versions=renderer_versions(),
        context=context,
        has_seal_field=has_field,
    )


def rerender(stored: StoredDocument) -> bytes:
    """The PDF before sealing, from what was stored; the proof that the record is what the inputs gave."""
    return _produce(stored.html, stored.css, stored.assets, stored.attachments, stored.created_at)[0]


def renderer_versions() -> dict[str, str]:
    """Versions of everything that shapes the bytes: libraries, the text engine of the system, and our own part."""
    versions = {name: version(name) for name in ("weasyprint", "pydyf", "pikepdf", "fonttools", "pyphen")}
    number = pango.pango_version()
    versions["pango"] = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    versions["finishing"] = FINISHING_VERSION
    return versions


def _produce(
    html: str,
    css: str,
    assets: Mapping[str, Asset],
    attachments: tuple[AttachmentRef, ...],
    created_at: datetime,
) -> tuple[bytes, bool]:
    pages = render_pages(html, css, assets, attachments, created_at)
    media_types = {item.name: assets[item.sha256].media_type for item in attachments}
    return finish_pdf(pages.pdf, pages.seal_field, media_types=media_types), pages.seal_field is not None


def _created_at(document: DocumentContext) -> datetime:
    if document.seal is not None:
        return document.seal.sealed_at.astimezone(UTC).replace(microsecond=0)
    return datetime.combine(document.dated_on, time(12), tzinfo=BERLIN).astimezone(UTC)


def _w3c(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
