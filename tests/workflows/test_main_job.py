"""The main job through services and the real worker: from a draft to a sealed notice that is served."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from permits.models import (
    CaseStatus,
    ConditionKind,
    IssuedDocument,
    Outcome,
    PermitCase,
    ServiceState,
)
from permits.services.assessment import add_condition
from permits.services.documents_out import check_seal
from permits.services.files import read_file
from reports.seal_validation import SealState
from tests.cast import Cast
from tests.jobs import run_jobs
from workflows import actions
from workflows.steps import current_steps

MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    """All of a test happens from Monday, 2 November 2026, 10:00 in Berlin on."""
    with time_machine.travel(MONDAY, tick=True) as traveller:
        yield traveller


TENOR = "Die Baugenehmigung für den Neubau eines Einfamilienhauses wird erteilt."


def to_assessment(case: PermitCase, cast: Cast) -> None:
    actions.submit(case=case, by=cast.owner)
    actions.confirm_completeness(case=case, by=cast.officer)


def to_signed(case: PermitCase, cast: Cast) -> None:
    to_assessment(case, cast)
    actions.finish_assessment(case=case, by=cast.officer)
    actions.save_decision(case=case, by=cast.officer, outcome=Outcome.GRANTED, operative_part=TENOR, reasons="")
    proposed = actions.propose_decision(case=case, by=cast.officer)
    actions.sign_decision(case=case, by=cast.reviewer, content_sha256=proposed.content_sha256)


@pytest.mark.django_db(transaction=True)
def test_a_case_goes_from_draft_to_a_served_sealed_notice(draft: PermitCase, cast: Cast) -> None:
    to_assessment(draft, cast)
    assert draft.case_number == "63-2026-00001"
    assert current_steps(draft) == {"assess"}
    actions.on_case(
        add_condition,
        case=draft,
        by=cast.officer,
        values={"kind": ConditionKind.REQUIREMENT, "stage": "before_start", "text": "Der Baubeginn ist anzuzeigen."},
    )
    actions.finish_assessment(case=draft, by=cast.officer)
    actions.save_decision(case=draft, by=cast.officer, outcome=Outcome.GRANTED, operative_part=TENOR, reasons="")
    proposed = actions.propose_decision(case=draft, by=cast.officer)
    actions.sign_decision(case=draft, by=cast.reviewer, content_sha256=proposed.content_sha256)
    assert draft.status == CaseStatus.DECISION_SIGNED
    run_jobs()
    draft.refresh_from_db()
    assert draft.status == CaseStatus.GRANTED
    notice = IssuedDocument.objects.get(case=draft, kind="permit_notice")
    assert check_seal(read_file(notice.file)).state == SealState.VALID
    assert IssuedDocument.objects.filter(case=draft, kind="receipt").count() == 1
    service = notice.services.get()
    assert service.state == ServiceState.PROVIDED
    served = actions.record_retrieval(case=draft, by=cast.owner, service=service)
    assert served.notified_on == dt.date(2026, 11, 3)
    assert served.remedy_until == dt.date(2026, 12, 3)
    assert current_steps(draft) == set()
