"""Layers and binding plans in the browser: accessible, narrow, and restored with a click."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from permits.models import PermitAuthority
from permits.selectors.plans import binding_plans
from tests.browser.test_every_page import look_at, sign_in
from tests.cast import Cast
from tests.permits.planfiles import simple_plan, write_plan
from tests.permits.test_binding_plans import run

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_administrator_finds_looks_at_and_restores_a_plan(
    page: Page,
    cast: Cast,
    authorities: dict[str, PermitAuthority],
    tmp_path: Path,
    settings: Settings,
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
) -> None:
    settings.LAYER_ROOT = tmp_path / "layers"
    for grz in (0.3, 0.5):
        path = simple_plan(tmp_path / "bach.gml", "Am Bach", (0, 0, 100, 100), grz=grz)
        run("import_plan", path, "--authority", "musterstadt")
    zones = [("z1", (200, 0, 260, 100), ""), ("z2", (240, 0, 300, 100), "")]
    faulty = write_plan(tmp_path / "schief.gml", "Schief", (200, 0, 300, 100), zones=zones, number="13")
    run("import_plan", faulty, "--authority", "musterstadt", "--skip-bad")
    sign_in(page, cast.admin)
    page.goto(reverse("authority"))
    page.get_by_role("link", name="Geodaten und Bebauungspläne").first.click()
    wrong = []
    for link in (None, "Schief", "Baugebiete"):
        page.goto(reverse("authority_layers"))
        if link:
            page.get_by_role("link", name=link, exact=True).click()
        no_sideways_scroll(page)
        page.reload()
        wrong += [f"{page.url}: {fault}" for fault in look_at(page, axe)]
    assert not wrong, "\n".join(wrong)
    page.goto(reverse("authority_layers"))
    page.get_by_role("link", name="Am Bach").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Wiederherstellen").click()
    expect(page.get_by_text("gilt wieder")).to_be_visible()
    state = next(state for state in binding_plans(authorities["musterstadt"]) if state.snapshot.name == "Am Bach")
    assert state.publication.number == 3
