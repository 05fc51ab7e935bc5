"""A full notice from context to sealed PDF, against bare WeasyPrint on the same HTML, styles and fonts."""

import dataclasses
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from reports.demo_pki import make_demo_pki
from reports.engine import AssetFetcher
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples.cast import SEAL
from reports.samples.permit_notice import granted_notice
from reports.seal import seal_pdf
from reports.seal_keys import PfxKey

FONTS = Path(__file__).resolve().parent.parent / "static" / "dist" / "fonts"
REPEATS = 7


def figures() -> Iterator[dict[str, object]]:
    """Median seconds of each way; ``ratio`` is ours over bare."""
    fonts = FontSet.from_folder(FONTS)
    notice = granted_notice()
    rendered = render_document(notice, fonts=fonts)
    with tempfile.TemporaryDirectory() as folder:
        pki = make_demo_pki(Path(folder), organisation="Stadt Musterstadt")
        key = PfxKey(path=pki.pfx, password=pki.password)

        def issue() -> None:
            seal_pdf(render_document(notice, fonts=fonts).pdf, key, seal=SEAL)

        whole = _median(issue)
    bare = _median(lambda: _bare(rendered))
    many = dataclasses.replace(notice, conditions=notice.conditions * 13)
    yield {
        "figure": "notice_to_sealed_pdf",
        "unit": "s",
        "value": round(whole, 3),
        "bare_weasyprint": round(bare, 3),
        "ratio": round(whole / bare, 2),
        "pages": 5,
        "bytes": len(rendered.pdf),
    }
    yield {
        "figure": "notice_with_104_conditions",
        "unit": "s",
        "value": round(_median(lambda: render_document(many, fonts=fonts), 3), 3),
    }


def _bare(rendered: RenderedDocument) -> None:
    fetcher = AssetFetcher(rendered.assets)
    fonts = FontConfiguration()
    css = CSS(string=rendered.css, font_config=fonts, url_fetcher=fetcher)
    HTML(string=rendered.html, url_fetcher=fetcher).write_pdf(
        stylesheets=[css], font_config=fonts, pdf_variant="pdf/a-3a"
    )


def _median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
