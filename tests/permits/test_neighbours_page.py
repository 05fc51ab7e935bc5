"""The officer sees who is a neighbour of the site, as a proposal, with the checks that concern each."""

import pytest
from django.test import Client
from django.urls import reverse

from permits.models import PermitCase
from permits.selectors.case_neighbours import neighbour_table
from permits.selectors.decision_content import latest_run
from permits.services.checking import check_site_plan
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_neighbours_of_the_run(application: PermitCase, cast: Cast, client: Client) -> None:
    run = check_site_plan(case=application, by=cast.officer)
    table = neighbour_table(run)
    assert table.known
    assert table.rows or table.unknown
    client.force_login(cast.officer)
    page = client.get(reverse("staff_assessment", args=[application.uuid])).content.decode()
    assert '<h2 id="neighbours">Nachbarn</h2>' in page
    for row in table.rows:
        assert f'<th scope="row">{row.name}</th>' in page
        assert row.length in page
    for text in table.unknown:
        assert text in page


def test_a_run_from_before_says_that_nobody_looked(application: PermitCase) -> None:
    run = latest_run(application)
    assert run is not None
    run.neighbours = {}
    assert not neighbour_table(run).known
    assert not neighbour_table(None).known
