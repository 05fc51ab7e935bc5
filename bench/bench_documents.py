"""Documents in numbers: two workers against one, a worker's memory over 1,000 papers, and LibreOffice beside us."""

from __future__ import annotations

import dataclasses
import multiprocessing
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.docx_letter import write_docx
from reports.contexts import DocumentContext
from reports.demo_pki import make_demo_pki
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples import SAMPLES
from reports.samples.cast import SEAL
from reports.samples.permit_notice import granted_notice
from reports.seal import seal_pdf
from reports.seal_keys import PfxKey

FONTS = Path(__file__).resolve().parent.parent / "static" / "dist" / "fonts"
NOTICES, WARM_NOTICES, ONE_WORKER_NOTICES = 200, 2, 60
PAPERS, PAPERS_BEFORE = 1000, 100
CONVERSIONS = 3


def figures() -> Iterator[dict[str, object]]:
    """Yield notices per second of one and of two workers, memory after 100 and 1,000 papers, and the time of a DOCX."""
    with tempfile.TemporaryDirectory() as folder:
        pki = make_demo_pki(Path(folder), organisation="Stadt Musterstadt")
        # One before, one after: what else the machine does touches both alike.
        first, two, second = (
            _per_second(folder, workers, count)
            for workers, count in ((1, ONE_WORKER_NOTICES // 2), (2, NOTICES), (1, ONE_WORKER_NOTICES // 2))
        )
        one = statistics.mean((first, second))
        yield {
            "figure": "notices_on_two_workers",
            "value": round(two / one, 2),
            "unit": "times one worker",
            "aim": "near 2",
            "notices": NOTICES,
            "per_second": round(two, 2),
            "per_second_of_one": round(one, 2),
        }
        assert pki.pfx.exists()
    before, after = _in_own_process(_memory)
    yield {
        "figure": "worker_memory_over_1000_papers",
        "value": round(after / before, 3),
        "unit": f"memory after {PAPERS} over memory after {PAPERS_BEFORE}",
        "aim": "flat",
        "mib": round(after, 1),
    }
    yield _beside_libreoffice()


def _per_second(folder: str, workers: int, count: int) -> float:
    """Notices that ``workers`` processes render and seal in a second, each notice with a number of its own."""
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_issue, [folder] * workers * WARM_NOTICES, range(workers * WARM_NOTICES)))
        start = time.perf_counter()
        sizes = list(pool.map(_issue, [folder] * count, range(count)))
        elapsed = time.perf_counter() - start
    assert len(sizes) == count
    assert min(sizes) > 0
    return count / elapsed


def _issue(folder: str, number: int) -> int:
    pki = make_demo_pki(Path(folder), organisation="Stadt Musterstadt")
    key = PfxKey(path=pki.pfx, password=pki.password)
    rendered = render_document(_numbered(granted_notice(), number), fonts=FontSet.from_folder(FONTS))
    return len(seal_pdf(rendered.pdf, key, seal=SEAL).pdf)


def _numbered(document: DocumentContext, number: int) -> DocumentContext:
    return dataclasses.replace(document, case=dataclasses.replace(document.case, case_number=f"63-2026-{number:05}"))


def _in_own_process(work: object) -> tuple[float, float]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        result: tuple[float, float] = pool.submit(work).result()  # type: ignore[arg-type]
        return result


def _memory() -> tuple[float, float]:
    """Resident memory in MiB after the first hundred papers and after all of them, of every kind in turns."""
    fonts = FontSet.from_folder(FONTS)
    # The shortest kinds: a thousand papers of all kinds would take the better part of an hour.
    kinds = [SAMPLES[name] for name in ("receipt", "withdrawal_confirmation", "hearing_letter")]
    before = 0.0
    for number in range(PAPERS):
        render_document(_numbered(kinds[number % len(kinds)], number), fonts=fonts)
        if number + 1 == PAPERS_BEFORE:
            before = _resident_mib()
    return before, _resident_mib()


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def _beside_libreoffice() -> dict[str, object]:
    """The notice rendered by us and its words as DOCX converted by LibreOffice, in turns; ratio theirs over ours."""
    office = shutil.which("soffice")
    if office is None:
        return {
            "figure": "libreoffice_docx_vs_notice",
            "value": None,
            "unit": "ratio",
            "reason": "soffice is not installed (Debian: libreoffice-writer-nogui)",
        }
    fonts = FontSet.from_folder(FONTS)
    html = render_document(granted_notice(), fonts=fonts).html
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        docx = Path(folder) / "notice.docx"
        paragraphs = write_docx(html, docx)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(docx)]
        subprocess.run(command, check=True, capture_output=True)  # the first start makes the profile
        for _ in range(CONVERSIONS):
            start = time.perf_counter()
            render_document(granted_notice(), fonts=fonts)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            theirs.append(time.perf_counter() - start)
        assert docx.with_suffix(".pdf").stat().st_size > 0
    return {
        "figure": "libreoffice_docx_vs_notice",
        "value": round(statistics.median(theirs) / statistics.median(ours), 2),
        "unit": "ratio",
        "libreoffice_s": round(statistics.median(theirs), 2),
        "notice_s": round(statistics.median(ours), 2),
        "paragraphs": paragraphs,
        "note": "words only: no drawings, no tags, no PDF/A, no seal",
    }
