"""The fonts of documents, made known to the text engine once per thread.

WeasyPrint would do it again for every document: a third of the time of a short letter, and
memory that fontconfig never gives back, some 250 kB for each.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from reports.complaints import complaints_of_weasyprint
from reports.html import Asset

_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_ASSET = re.compile(r"asset:([0-9a-f]{64})")


class _Known(threading.local):
    """What this thread has loaded; the objects of Pango must not be shared between threads."""

    def __init__(self) -> None:
        self.faces = ""
        # Made when first needed: it reads the fonts of the system.
        self.loaded: tuple[FontConfiguration, CSS] | None = None


_known = _Known()


def font_faces(css: str, assets: Mapping[str, Asset], fetcher: URLFetcher) -> tuple[FontConfiguration, CSS, str]:
    """The fonts that ``css`` declares, loaded, their style sheet, and the rest of ``css``.

    Raises ``FatalURLFetchingError`` where a font is not among the document's own ``assets``, loaded before or not.
    """
    faces = "\n".join(_FACE.findall(css))
    if _known.loaded is None or _known.faces != faces or not _complete(faces, assets):
        with complaints_of_weasyprint() as complaints:
            fonts = FontConfiguration()
            sheet = CSS(string=faces, font_config=fonts, url_fetcher=fetcher)
        # A font that could not be loaded is complained about once, and must fail the next document as well.
        _known.faces, _known.loaded = "" if complaints else faces, (fonts, sheet)
    return *_known.loaded, _FACE.sub("", css)


def _complete(faces: str, assets: Mapping[str, Asset]) -> bool:
    return all(sha256 in assets and assets[sha256].sha256 == sha256 for sha256 in _ASSET.findall(faces))
