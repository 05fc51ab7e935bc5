"""Each result carries its own drawing: on the pages of both sides, at its own address, in the notice."""

import html
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from permits.models import CheckResult, CheckRun, PermitCase, ResultDrawing
from permits.selectors.decision_content import latest_run
from permits.selectors.result_drawings import IN_NOTICE, notice_drawings
from tests.cast import Cast
from tests.workflows.village import to_assessment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def run(draft: PermitCase, cast: Cast) -> CheckRun:
    to_assessment(draft, cast)
    found = latest_run(draft)
    assert found is not None
    return found


def test_results_that_show_something_have_a_drawing_and_others_have_none(run: CheckRun) -> None:
    drawn = {row.result.check_id for row in ResultDrawing.objects.filter(result__run=run).select_related("result")}
    assert {"boundary_distance", "inside_parcels"} <= drawn
    unfit = run.results.filter(verdict="not_applicable").values_list("check_id", flat=True)
    assert not drawn & set(unfit)


def test_the_page_loads_a_drawing_only_when_its_details_are_opened(run: CheckRun, cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    page = html.unescape(client.get(reverse("staff_assessment", args=[run.case.uuid])).content.decode())
    for drawing in ResultDrawing.objects.filter(result__run=run).select_related("result"):
        address = reverse("result_drawing", args=[run.case.uuid, drawing.result.uuid])
        assert f'<img src="{address}" alt="{drawing.text}" loading="lazy"' in page
        assert f'<source media="(max-width: 40rem)" srcset="{address}?schmal">' in page


def test_the_address_answers_the_wide_and_the_narrow_drawing_to_readers_only(
    run: CheckRun, cast: Cast, client: Client
) -> None:
    drawing = ResultDrawing.objects.filter(result__run=run, result__check_id="boundary_distance").get()
    address = reverse("result_drawing", args=[run.case.uuid, drawing.result.uuid])
    client.force_login(cast.officer)
    wide, narrow = client.get(address), client.get(f"{address}?schmal")
    assert wide["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in wide["Content-Security-Policy"]
    assert etree.fromstring(wide.content).get("width") == "180mm"
    assert etree.fromstring(narrow.content).get("width") == "84mm"
    assert client.get(reverse("result_drawing", args=[run.case.uuid, uuid4()])).status_code == 404
    client.force_login(cast.other_officer)
    assert client.get(address).status_code == 404


def test_a_crowded_plan_has_no_narrow_drawing_and_answers_the_wide_one(
    run: CheckRun, cast: Cast, client: Client
) -> None:
    drawing = ResultDrawing.objects.filter(result__run=run).first()
    assert drawing is not None
    drawing.narrow_svg = ""
    drawing.save(update_fields=["narrow_svg"])
    client.force_login(cast.officer)
    answer = client.get(reverse("result_drawing", args=[run.case.uuid, drawing.result.uuid]) + "?schmal")
    assert answer.content.decode() == drawing.svg


def test_a_notice_carries_the_drawings_of_what_fails_first_and_no_more_than_its_bound(run: CheckRun) -> None:
    drawn = list(CheckResult.objects.filter(run=run, drawing__isnull=False).values_list("check_id", flat=True))
    assert len(drawn) > 2
    first, last = drawn[0], drawn[-1]
    assert [row.result.check_id for row in notice_drawings(run, {first: "borderline", last: "failed"})] == [first, last]
    assert notice_drawings(run, dict.fromkeys(drawn, "passed")) == []
    assert len(notice_drawings(run, dict.fromkeys(drawn, "failed"))) == min(IN_NOTICE, len(drawn))
