"""Drawings of results in a real browser: loaded when asked for, legible on a wide and on a narrow screen."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from permits.models import PermitCase
from tests.browser.test_planner import sign_in
from tests.cast import Cast
from workflows import actions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "form"), [(1440, "180mm"), (320, "84mm")])
def test_opening_the_details_loads_the_drawing_for_the_screen(
    page: Page, axe: Any, no_sideways_scroll: Callable[[Page], None], draft: PermitCase, cast: Cast, live_server: Any,
    width: int, form: str,
) -> None:  # fmt: skip
    actions.submit(case=draft, by=cast.owner)
    actions.confirm_completeness(case=draft, by=cast.officer)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    sign_in(page, cast.officer)
    page.goto(f"/vorgaenge/{draft.uuid}/akte/pruefung/")
    card = page.locator("#boundary_distance")
    image = card.locator(".ba-drawing img")
    assert not image.evaluate("image => image.complete && image.naturalWidth > 0")
    with page.expect_response(lambda answer: "/zeichnungen/ergebnisse/" in answer.url) as found:
        card.get_by_text("Zeichnung im Maßstab").click()
    assert f'width="{form}"' in found.value.text()
    expect(image).to_be_visible()
    page.wait_for_function("image => image.naturalWidth > 0", arg=image.element_handle())
    box = image.bounding_box()
    assert box is not None
    assert box["width"] > 0.65 * min(width, 700)
    axe(page)
    no_sideways_scroll(page)
