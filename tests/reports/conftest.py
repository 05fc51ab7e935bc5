"""Fonts, keys and the samples rendered once for all tests of documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.demo_pki import DemoPki, make_demo_pki
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples import SAMPLES
from reports.samples.cast import SEAL
from reports.seal import SealedPdf, seal_pdf
from reports.seal_keys import PfxKey

PROJECT = Path(__file__).resolve().parents[2]


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
def rendered(fonts: FontSet) -> dict[str, RenderedDocument]:
    """Every sample, rendered."""
    return {name: render_document(sample, fonts=fonts) for name, sample in SAMPLES.items()}


@pytest.fixture(scope="session")
def sealed(rendered: dict[str, RenderedDocument], demo_key: PfxKey) -> dict[str, SealedPdf]:
    """Every sample that has a place for a seal, sealed with the demo key."""
    return {
        name: seal_pdf(item.pdf, demo_key, seal=SEAL, location="Musterstadt")
        for name, item in rendered.items()
        if item.has_seal_field
    }
