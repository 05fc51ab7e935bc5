"""Fonts, keys and the samples rendered once for all tests of documents."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import pytest

from reports.demo_pki import DemoPki, make_demo_pki
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples import SAMPLES
from reports.samples.cast import SEAL
from reports.seal import SealedPdf, seal_pdf
from reports.seal_keys import PfxKey
from tests.sharing import made_once

PROJECT = Path(__file__).resolve().parents[2]
Rendering = tuple[dict[str, RenderedDocument], list[str]]


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    """The fonts that the front-end build lays out."""
    return FontSet.from_folder(PROJECT / "static" / "dist" / "fonts")


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    """A demo root and a sealing key."""
    return make_demo_pki(tmp_path_factory.mktemp("pki"), organisation="Stadt Musterstadt")


@pytest.fixture(scope="session")
def demo_key(pki: DemoPki) -> PfxKey:
    """The demo key in its file."""
    return PfxKey(path=pki.pfx, password=pki.password)


@pytest.fixture(scope="session")
def rendering(fonts: FontSet, worker_id: str) -> Rendering:
    """Every sample, rendered once for all workers of the run, and what was logged meanwhile."""
    # Two workers begin at both ends and meet, so that none waits for the other.
    names = list(SAMPLES) if worker_id in {"master", "gw0", "gw2"} else list(reversed(SAMPLES))
    found = {name: made_once(f"rendered-{name}", partial(render_aloud, name, fonts)) for name in names}
    return {name: found[name][0] for name in SAMPLES}, [line for name in SAMPLES for line in found[name][1]]


def render_aloud(name: str, fonts: FontSet) -> tuple[RenderedDocument, list[str]]:
    """Render a sample and listen to every logger, from warnings on."""
    log: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            log.append(record.getMessage())

    listener = Listener(logging.WARNING)
    logging.getLogger().addHandler(listener)
    try:
        return render_document(SAMPLES[name], fonts=fonts), log
    finally:
        logging.getLogger().removeHandler(listener)


@pytest.fixture(scope="session")
def rendered(rendering: Rendering) -> dict[str, RenderedDocument]:
    """Every sample, rendered."""
    return rendering[0]


@pytest.fixture(scope="session")
def sealed(rendered: dict[str, RenderedDocument], demo_key: PfxKey) -> dict[str, SealedPdf]:
    """Every sample that has a place for a seal, sealed with the demo key."""
    return {
        name: seal_pdf(item.pdf, demo_key, seal=SEAL, location="Musterstadt")
        for name, item in rendered.items()
        if item.has_seal_field
    }
