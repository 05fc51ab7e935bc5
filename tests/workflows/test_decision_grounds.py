"""Whoever decides sees what was asked for beyond the rules, and which law behind the findings nobody has verified."""

import pytest
from django.test import Client
from django.urls import reverse

from permits.check_titles import unverified
from permits.models import PermitCase
from permits.selectors.decision_content import latest_run
from permits.selectors.decision_grounds import decision_grounds
from permits.services.checking import check_site_plan
from tests.cast import Cast
from tests.workflows.village import propose, to_assessment
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
ASKED = "Befreiung nach § 31 Abs. 2 BauGB: Überschreitung der Baugrenze um 0,80 m."


@pytest.fixture
def assessed(application: PermitCase, cast: Cast) -> PermitCase:
    """A case whose decision is being drafted, with a deviation asked for."""
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    check_site_plan(case=application, by=cast.officer)
    application.proposal.deviations_requested = ASKED
    application.proposal.save(update_fields=["deviations_requested"])
    return application


def page(case: PermitCase, cast: Cast, *, signing: bool) -> str:
    client = Client()
    client.force_login(cast.reviewer if signing else cast.officer)
    response = client.get(reverse("staff_decision", args=[case.uuid]))
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize("signing", [False, True])
def test_who_drafts_and_who_signs_see_deviations_and_doubtful_law(
    signing: bool, assessed: PermitCase, cast: Cast
) -> None:
    if signing:
        propose(assessed, cast)
    run = latest_run(assessed)
    assert run is not None
    found = decision_grounds(assessed)
    doubtful = {basis for result in run.results.all() for basis in unverified(result.details)}
    assert found.deviations == ASKED
    assert set(found.unverified) == doubtful
    assert doubtful, "the rules of this state hold values from memory"
    assert len(found.unverified) == len(doubtful)
    text = page(assessed, cast, signing=signing)
    assert ASKED in text
    assert "Ungeprüfte Rechtswerte" in text
    assert all(basis in text for basis in doubtful)


def test_nothing_is_said_where_nothing_was_asked_for(assessed: PermitCase, cast: Cast) -> None:
    assessed.proposal.deviations_requested = ""
    assessed.proposal.save(update_fields=["deviations_requested"])
    assert "Beantragte Abweichungen" not in page(assessed, cast, signing=False)
