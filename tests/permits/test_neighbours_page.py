"""The officer sees who is a neighbour of the site, as a proposal, with the checks that concern each."""

import html
import json

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from permits.models import CheckRun, PermitCase
from permits.selectors.case_neighbours import neighbour_table
from permits.selectors.decision_content import latest_run
from tests.cast import Cast
from tests.gis.checks.test_result_schema import SCHEMA
from tests.workflows.village import to_assessment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def stored(run: CheckRun) -> list[dict[str, object]]:
    """The results of a run as they were given: the columns and what the run says of all."""
    return [
        {
            "plan": "lageplan",
            "check": result.check_id,
            "verdict": result.verdict,
            "value": result.value,
            "limit": result.limit,
            "unit": result.unit,
            "tolerance": result.tolerance,
            "legal_basis": result.legal_basis,
            "parcels": list(run.case.site.parcels.values_list("parcel_id", flat=True)),
            "message": result.message,
            "details": result.details,
            "geometry": result.geometry,
        }
        for result in run.results.all()
    ]


def test_the_page_shows_the_neighbours_of_the_run(draft: PermitCase, cast: Cast, client: Client) -> None:
    to_assessment(draft, cast)
    run = latest_run(draft)
    assert run is not None
    table = neighbour_table(run)
    assert table.known
    assert {row.relation for row in table.rows} >= {"grenzt an"}
    assert [concern.check for concern in table.for_all] == ["land_use"]
    assert any(concern.check == "boundary_distance" for row in table.rows for concern in row.concerns)
    client.force_login(cast.officer)
    page = html.unescape(client.get(reverse("staff_assessment", args=[draft.uuid])).content.decode())
    assert '<h2 id="neighbours">Nachbarn</h2>' in page
    for row in table.rows:
        assert f'<th scope="row" role="rowheader">{row.name}</th>' in page
        assert row.length in page
        assert all(concern.text in page for concern in row.concerns)
    assert all(text in page for text in table.unknown)


def test_a_run_from_before_says_that_nobody_looked(draft: PermitCase) -> None:
    run = latest_run(draft)
    assert run is not None
    run.neighbours = {}
    assert not neighbour_table(run).known
    assert not neighbour_table(None).known


def test_stored_results_are_valid_against_the_published_schema(draft: PermitCase) -> None:
    run = latest_run(draft)
    assert run is not None
    results = stored(run)
    assert len(results) > 10
    validator = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for result in results:
        validator.validate(json.loads(json.dumps(result)))
