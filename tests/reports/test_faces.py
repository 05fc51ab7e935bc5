"""Fonts are loaded once per thread, and never in place of those that a document names."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from reports.engine import AssetFetcher
from reports.errors import RenderError
from reports.faces import font_faces
from reports.fonts import FontSet
from reports.html import Asset
from reports.pdf import RenderedDocument, rerender


@pytest.fixture
def notice(rendered: dict[str, RenderedDocument]) -> RenderedDocument:
    return rendered["receipt"]


def loaded(document: RenderedDocument) -> tuple[object, object]:
    fonts, faces, rules = font_faces(document.css, document.assets, AssetFetcher(document.assets))
    assert "@font-face" not in rules
    return fonts, faces


def with_font(document: RenderedDocument, change: Asset | None) -> SimpleNamespace:
    """``document`` whose first font is exchanged or taken away."""
    assets = dict(document.assets)
    first = next(key for key, asset in assets.items() if asset.media_type.startswith("font"))
    del assets[first]
    if change is not None:
        assets[first] = change
    fields = {field.name: getattr(document, field.name) for field in dataclasses.fields(document)}
    return SimpleNamespace(**{**fields, "assets": assets})


def test_one_thread_loads_them_once_and_each_thread_for_itself(notice: RenderedDocument) -> None:
    here = loaded(notice)
    assert loaded(notice) == here
    with ThreadPoolExecutor(1) as pool:
        there = pool.submit(loaded, notice).result()
    assert here[0] is not there[0]


def test_a_thread_that_starts_afresh_gives_the_same_bytes(notice: RenderedDocument) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(rerender, notice).result() == rerender(notice) == notice.pdf


@pytest.mark.parametrize("change", [None, Asset("font/ttf", b"not the font")])
def test_a_font_that_is_missing_or_changed_is_an_error_though_loaded_before(
    change: Asset | None, notice: RenderedDocument
) -> None:
    for _ in range(2):
        with pytest.raises(RenderError):
            rerender(with_font(notice, change))
    assert rerender(notice) == notice.pdf


def test_a_font_that_cannot_be_read_fails_every_time(notice: RenderedDocument, fonts: FontSet) -> None:
    broken = Asset("font/ttf", b"not a font")
    css = notice.css.replace(fonts.fonts[0].sha256, broken.sha256)
    fields = {field.name: getattr(notice, field.name) for field in dataclasses.fields(notice)}
    document = SimpleNamespace(**{**fields, "css": css, "assets": {**notice.assets, broken.sha256: broken}})
    for _ in range(2):
        with pytest.raises(RenderError, match="Font-face"):
            rerender(document)
    assert rerender(notice) == notice.pdf
