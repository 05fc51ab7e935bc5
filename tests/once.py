"""What costs seconds and depends on its input alone is computed once per process: drawings of checks, looks into PDFs.

Hundreds of cases of the tests stand on the same plan and carry the same upload. What is kept comes from the real
functions, whose own tests (tests/gis, tests/reports) call them directly and never meet this store.
"""

import copyreg
import hashlib
import io
import pickle
from collections.abc import Iterator, Sequence
from types import MappingProxyType

import pytest

from gis.checks.result import CheckResult
from gis.layers import Layers
from gis.siteplan import SitePlan


class _Pickler(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table.copy()
    dispatch_table[MappingProxyType] = lambda proxy: (dict, (dict(proxy),))


def fingerprint(*values: object) -> str:
    """Hash of values with all that they consist of; equal values may differ in it, different ones never agree."""
    out = io.BytesIO()
    _Pickler(out).dump(values)
    return hashlib.sha256(out.getvalue()).hexdigest()


@pytest.fixture(autouse=True, scope="session")
def _drawn_once() -> Iterator[None]:
    """Draw equal results on the same plan and the same snapshots once; live sources are drawn every time."""
    from permits.services import checking
    from permits.services.result_drawings import RunDrawings, draw_run

    drawn: dict[str, RunDrawings] = {}

    def draw_run_once(plan: SitePlan, layers: Layers, results: Sequence[CheckResult]) -> RunDrawings:
        states = sorted((name, type(layer).__name__, layer.info.snapshot_id) for name, layer in layers.items())
        if not all(snapshot for _, _, snapshot in states):
            return draw_run(plan, layers, results)
        key = fingerprint(plan, states, list(results))
        if key not in drawn:
            drawn[key] = draw_run(plan, layers, results)
        return drawn[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "draw_run", draw_run_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _inspected_once() -> Iterator[None]:
    """Look into equal uploads once; what is refused is looked into every time, since the refusal names the file."""
    from permits.services import documents_out
    from reports.pdf_inspect import PdfReport, inspect_pdf

    reports: dict[bytes, PdfReport] = {}

    def inspect_pdf_once(content: bytes, *, file_name: str = "") -> PdfReport:
        if content not in reports:
            reports[content] = inspect_pdf(content, file_name=file_name)
        return reports[content]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents_out, "inspect_pdf", inspect_pdf_once)
        yield
