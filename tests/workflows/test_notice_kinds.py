"""What a decision goes out as, and what its summary says first."""

import datetime as dt

import pytest

from permits.models import ConditionKind, Outcome, PermitCase
from permits.services.assessment import add_condition
from permits.services.hearings import waive_hearing
from permits.services.letters import decision_notice, notice_kind
from permits.services.sealing_forms import form_of
from reports.contexts import PermitNotice, RefusalNotice
from tests.cast import Cast
from tests.workflows.village import propose, to_assessment
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
FRAME = {"dated_on": dt.date(2026, 11, 2)}


@pytest.fixture
def assessed(application: PermitCase, cast: Cast) -> PermitCase:
    """A case whose decision is being drafted."""
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    return application


def test_a_permit_says_what_comes_before_building_and_how_long_it_holds(assessed: PermitCase, cast: Cast) -> None:
    actions.on_case(
        add_condition,
        case=assessed,
        by=cast.officer,
        values={
            "kind": ConditionKind.CONDITION_PRECEDENT,
            "stage": "before_start",
            "text": "Mit dem Bau darf erst begonnen werden, wenn der Nachweis der Standsicherheit vorliegt.",
        },
    )
    version = propose(assessed, cast, Outcome.GRANTED)
    assert notice_kind(version) == "permit_notice"
    assert version.content is not None
    paper = decision_notice(assessed, version, version.content, FRAME)
    assert isinstance(paper, PermitNotice)
    assert paper.summary is not None
    assert "genehmigt" in paper.summary.decided
    assert "aufschiebenden Bedingungen" in paper.summary.to_do[0]
    assert "innerhalb von 3 Jahren" in paper.summary.until[0]
    assert "Widerspruch" in paper.summary.until[1]
    assert paper.contact.name in paper.summary.ask
    # The table names the Flur in a column of its own.
    (parcel,) = paper.parcels
    assert (parcel.cadastral_section, parcel.label) == ("1", "7")


def test_a_refusal_is_a_paper_of_its_own_that_forbids_building(assessed: PermitCase, cast: Cast) -> None:
    actions.on_case(waive_hearing, case=assessed, by=cast.reviewer, reason="Dem Antrag fehlt das Interesse.")
    version = propose(assessed, cast, Outcome.REFUSED)
    assert notice_kind(version) == "refusal_notice"
    assert version.content is not None
    paper = decision_notice(assessed, version, version.content, FRAME)
    assert isinstance(paper, RefusalNotice)
    assert paper.heading == "Ablehnung des Bauantrags"
    assert paper.summary is not None
    assert "Sie dürfen nicht bauen." in paper.summary.decided
    assert form_of(assessed.authority, "refusal_notice").seal
