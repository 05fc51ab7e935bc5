"""Every service that writes on a case refuses the wrong person and the wrong state, and then leaves no trace."""

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from permits.errors import AccessDeniedError, BauakteError, InvalidInputError, StaleError, StateError
from permits.models import (
    AuditEvent,
    CheckResult,
    Condition,
    FindingKind,
    FollowUp,
    Outcome,
    PartyRole,
    PermitAuthority,
    PermitCase,
    User,
    Verdict,
)
from permits.services import (
    assessment,
    communication,
    completeness,
    decisions,
    drafts,
    hearings,
    sites,
    submission,
    withdrawal,
)
from permits.services.authorities import create_authority
from permits.services.checking import check_site_plan
from permits.services.documents import upload_document
from permits.services.fiction_extension import extend_permit_fiction
from permits.services.issuing_failures import record_retry
from tests.cast import MINIMAL_PDF, Cast
from tests.workflows.village import (
    ELSEWHERE,
    NEIGHBOUR,
    PARCEL,
    TENOR,
    fill_in,
    propose,
    request_missing,
    to_assessment,
    to_proposed,
    upload,
)
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
FUTURE = dt.date(2026, 12, 1)
CONDITION = {"kind": "requirement", "stage": "general", "text": "Auflage."}
Call = Callable[[PermitCase, User], object]


@dataclass(frozen=True)
class Act:
    """A service with sound arguments, one state in which it is not possible, and somebody who may not do it."""

    call: Call
    not_in: str
    not_by: str = "stranger"


def to_draft(case: PermitCase, cast: Cast) -> None:
    """It is a draft."""


def to_completeness(case: PermitCase, cast: Cast) -> None:
    actions.submit(case=case, by=cast.owner)


def to_requested(case: PermitCase, cast: Cast) -> None:
    to_completeness(case, cast)
    request_missing(case, cast)


STATES: dict[str, Callable[[PermitCase, Cast], object]] = {
    "draft": to_draft,
    "completeness": to_completeness,
    "requested": to_requested,
    "assessment": to_assessment,
    "proposed": to_proposed,
}


def one(rows: Any) -> Any:
    found = rows.first()
    assert found is not None
    return found


ACTS = {
    "save_proposal": Act(
        lambda case, by: drafts.save_proposal(case=case, by=by, values={"title": "Anders"}), "completeness"
    ),
    "save_site_address": Act(
        lambda case, by: drafts.save_site_address(case=case, by=by, values={"street": "Weg"}), "completeness"
    ),
    "save_party": Act(
        lambda case, by: drafts.save_party(case=case, by=by, role=PartyRole.FEE_DEBTOR, values={"family_name": "Neu"}),
        "completeness",
    ),
    "remove_party": Act(
        lambda case, by: drafts.remove_party(case=case, by=by, party=one(case.parties.filter(role="designer"))),
        "completeness",
    ),
    "choose_parcels": Act(
        lambda case, by: sites.choose_parcels(case=case, by=by, parcel_ids=[NEIGHBOUR]), "completeness"
    ),
    "upload_document": Act(upload, "completeness"),
    "submit_application": Act(lambda case, by: submission.submit_application(case=case, by=by), "", "officer"),
    "add_finding": Act(
        lambda case, by: completeness.add_finding(case=case, by=by, kind=FindingKind.PROPOSAL, text="Fehlt."),
        "assessment",
        "registry",
    ),
    "remove_finding": Act(
        lambda case, by: completeness.remove_finding(
            case=case, by=by, finding=one(case.completeness_checks.get(number=1).findings)
        ),
        "requested",
        "owner",
    ),
    "confirm_completeness": Act(
        lambda case, by: completeness.confirm_completeness(case=case, by=by), "assessment", "registry"
    ),
    "request_information": Act(
        lambda case, by: completeness.request_information(case=case, by=by, due_on=FUTURE), "assessment", "owner"
    ),
    "extend_request": Act(
        lambda case, by: completeness.extend_request(case=case, by=by, until=FUTURE), "assessment", "owner"
    ),
    "answer_request": Act(lambda case, by: completeness.answer_request(case=case, by=by), "assessment", "officer"),
    "settle_permit_fiction": Act(
        lambda case, by: completeness.settle_permit_fiction(case=case, by=by, applies=True, reason="Ja."),
        "completeness",
        "owner",
    ),
    "extend_permit_fiction": Act(
        lambda case, by: extend_permit_fiction(case=case, by=by, until=dt.date(2027, 3, 1), reason="Gutachten."),
        "completeness",
        "owner",
    ),
    "add_condition": Act(
        lambda case, by: assessment.add_condition(case=case, by=by, values=CONDITION), "proposed", "owner"
    ),
    "finish_assessment": Act(
        lambda case, by: assessment.finish_assessment(case=case, by=by), "completeness", "auditor"
    ),
    "reopen_assessment": Act(lambda case, by: assessment.reopen_assessment(case=case, by=by), "proposed", "auditor"),
    "hold_hearing": Act(
        lambda case, by: hearings.hold_hearing(case=case, by=by, text="Gründe.", due_on=FUTURE), "proposed", "owner"
    ),
    "waive_hearing": Act(
        lambda case, by: hearings.waive_hearing(case=case, by=by, reason="Grund."), "proposed", "registry"
    ),
    "answer_hearing": Act(
        lambda case, by: hearings.answer_hearing(case=case, by=by, statement="Nein."), "assessment", "officer"
    ),
    "save_decision": Act(
        lambda case, by: decisions.save_decision(
            case=case, by=by, outcome=Outcome.GRANTED, operative_part=TENOR, reasons=""
        ),
        "proposed",
        "registry",
    ),
    "propose_decision": Act(lambda case, by: decisions.propose_decision(case=case, by=by), "proposed", "owner"),
    "sign_decision": Act(
        lambda case, by: decisions.sign_decision(case=case, by=by, content_sha256=""), "assessment", "officer"
    ),
    "return_decision": Act(
        lambda case, by: decisions.return_decision(case=case, by=by, reason="Grund."), "assessment", "officer"
    ),
    "withdraw_application": Act(lambda case, by: withdrawal.withdraw_application(case=case, by=by), "draft", "officer"),
    "confirm_deemed_withdrawal": Act(
        lambda case, by: withdrawal.confirm_deemed_withdrawal(case=case, by=by), "completeness", "owner"
    ),
    "record_retry": Act(lambda case, by: record_retry(case=case, by=by), "proposed", "auditor"),
    "send_message": Act(lambda case, by: communication.send_message(case=case, by=by, text="Hallo."), "draft"),
    "write_note": Act(lambda case, by: communication.write_note(case=case, by=by, text="Notiz."), "draft", "owner"),
    "set_follow_up": Act(
        lambda case, by: communication.set_follow_up(case=case, by=by, due_on=FUTURE, text="Anrufen."), "draft", "owner"
    ),
    "assign_case": Act(lambda case, by: assessment.assign_case(case=case, by=by, to=None), "", "owner"),
    "check_site_plan": Act(lambda case, by: check_site_plan(case=case, by=by), "", "stranger"),
}
# By whom each would be done in the right state: refused for the state, not for the person.
APPLICANTS_ACTS = {
    "save_proposal",
    "save_site_address",
    "save_party",
    "remove_party",
    "choose_parcels",
    "upload_document",
    "answer_request",
    "answer_hearing",
    "withdraw_application",
}


def refused(act: Callable[[], object], error: type[BauakteError]) -> str:
    """Call and expect a refusal that leaves no event; return its German words."""
    before = AuditEvent.objects.count()
    with pytest.raises(error) as caught, transaction.atomic():
        act()
    assert AuditEvent.objects.count() == before
    return str(caught.value)


@pytest.mark.parametrize("name", ACTS)
def test_the_wrong_person_is_refused(application: PermitCase, cast: Cast, name: str) -> None:
    act = ACTS[name]
    if act.not_by != "stranger":
        # Somebody who may do other things on the case, now that it is submitted.
        to_requested(application, cast)
    for person in (getattr(cast, key) for key in (act.not_by, "other_officer", "consultee")):
        refused(functools.partial(act.call, application, person), AccessDeniedError)


@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if act.not_in])
def test_the_wrong_state_is_refused_with_a_reason(application: PermitCase, cast: Cast, name: str) -> None:
    act = ACTS[name]
    by = cast.owner if name in APPLICANTS_ACTS else cast.reviewer
    STATES[act.not_in](application, cast)
    # An authority does not even see a draft; the owner who does is told about the state.
    hidden = act.not_in == "draft" and name not in APPLICANTS_ACTS
    assert refused(lambda: act.call(application, by), AccessDeniedError if hidden else StateError)


class LaterError(Exception):
    """Something that fails after a service has written."""


def test_a_write_and_its_event_are_one(application: PermitCase, cast: Cast) -> None:
    """A transaction that fails after the service leaves neither the write nor its event."""
    to_assessment(application, cast)
    before = AuditEvent.objects.count()

    def write_and_fail() -> None:
        assessment.add_condition(case=application, by=cast.officer, values=CONDITION)
        assert AuditEvent.objects.count() == before + 1
        raise LaterError

    with pytest.raises(LaterError), transaction.atomic():
        write_and_fail()
    assert AuditEvent.objects.count() == before
    assert not application.conditions.exists()


def test_stale_forms_overwrite_nothing(application: PermitCase, cast: Cast) -> None:
    seen = application.revision
    drafts.save_proposal(case=application, by=cast.owner, values={"title": "Neu"}, revision=seen)
    for call in (
        lambda: drafts.save_proposal(case=application, by=cast.owner, values={"title": "Alt"}, revision=seen),
        lambda: drafts.save_site_address(case=application, by=cast.owner, values={"street": "Alt"}, revision=seen),
        lambda: drafts.save_party(
            case=application, by=cast.owner, role=PartyRole.FEE_DEBTOR, values={"family_name": "Alt"}, revision=seen
        ),
        lambda: sites.choose_parcels(case=application, by=cast.owner, parcel_ids=[NEIGHBOUR], revision=seen),
    ):
        assert "andere Person" in refused(call, StaleError)
    application.proposal.refresh_from_db()
    assert application.proposal.title == "Neu"
    assert application.site.parcels.get().parcel_id == PARCEL


@pytest.fixture
def foreign(village: dict[str, PermitAuthority], cast: Cast) -> PermitCase:
    """Another case of the same people, with one of everything."""
    case = fill_in(cast, village["musterstadt"], parcel=NEIGHBOUR)
    upload(case, cast.owner)
    check_site_plan(case=case, by=cast.owner)
    actions.submit(case=case, by=cast.owner)
    completeness.add_finding(case=case, by=cast.officer, kind=FindingKind.PROPOSAL, text="Fehlt.")
    communication.set_follow_up(case=case, by=cast.officer, due_on=FUTURE, text="Anrufen.")
    return case


def test_what_belongs_to_another_case_is_refused(application: PermitCase, foreign: PermitCase, cast: Cast) -> None:
    party, document = one(foreign.parties), one(foreign.documents)
    for call in (
        lambda: drafts.save_party(case=application, by=cast.owner, role=party.role, values={}, party=party),
        lambda: drafts.remove_party(case=application, by=cast.owner, party=party),
        lambda: drafts.set_portal_consent(case=application, by=cast.owner, party=party, consents=True),
        lambda: documents_upload(application, cast.owner, document),
    ):
        refused(call, InvalidInputError)
    to_completeness(application, cast)
    finding = one(foreign.completeness_checks.get().findings)
    for call in (
        lambda: completeness.remove_finding(case=application, by=cast.officer, finding=finding),
        lambda: completeness.add_finding(
            case=application, by=cast.officer, kind=FindingKind.DOCUMENT_DEFECT, text="x", document=document
        ),
        lambda: communication.finish_follow_up(
            case=application, by=cast.officer, follow_up=FollowUp.objects.get(case=foreign)
        ),
    ):
        refused(call, InvalidInputError)
    actions.confirm_completeness(case=application, by=cast.officer)
    result = CheckResult.objects.filter(run__case=foreign)[0]
    condition = Condition.objects.create(case=foreign, position=1, written_by=cast.officer, **CONDITION)
    for call in (
        lambda: assessment.review_result(case=application, by=cast.officer, result=result, verdict=Verdict.PASSED),
        lambda: assessment.change_condition(case=application, by=cast.officer, condition=condition, values=CONDITION),
        lambda: assessment.remove_condition(case=application, by=cast.officer, condition=condition),
    ):
        refused(call, InvalidInputError)


def documents_upload(case: PermitCase, by: User, document: Any) -> object:
    return upload_document(
        case=case, by=by, document_type="2002", title="x", content=MINIMAL_PDF, original_name="x.pdf", document=document
    )


def test_a_removed_condition_stays_removed(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    condition = assessment.add_condition(case=application, by=cast.officer, values=CONDITION)
    stale = Condition.objects.get(pk=condition.pk)
    assessment.remove_condition(case=application, by=cast.second_officer, condition=condition)
    message = refused(
        lambda: assessment.change_condition(case=application, by=cast.officer, condition=stale, values=CONDITION),
        StateError,
    )
    assert "inzwischen entfernt" in message
    assert Condition.objects.get(pk=condition.pk).removed_at is not None


def test_empty_and_unknown_input_is_refused(application: PermitCase, cast: Cast) -> None:
    assert "Unbekannte Angaben" in refused(
        lambda: drafts.save_proposal(case=application, by=cast.owner, values={"status": "granted"}), InvalidInputError
    )
    for wrong, text in (
        ([], "mindestens ein"),
        ([PARCEL] + [f"{n}" for n in range(60)], "höchstens"),
        ([ELSEWHERE], "andere Behörde"),
        (["03990100109999______"], "gibt es im Liegenschaftskataster nicht"),
    ):
        message = refused(
            lambda ids=wrong: sites.choose_parcels(case=application, by=cast.owner, parcel_ids=ids), InvalidInputError
        )
        assert text in message
    to_assessment(application, cast)
    for values in ({**CONDITION, "text": " "}, {**CONDITION, "position": "1"}):
        refused(
            lambda v=values: assessment.add_condition(case=application, by=cast.officer, values=v), InvalidInputError
        )
    for call in (
        lambda: communication.send_message(case=application, by=cast.owner, text=" "),
        lambda: communication.write_note(case=application, by=cast.officer, text=""),
        lambda: communication.set_follow_up(case=application, by=cast.officer, due_on=FUTURE, text="\n"),
    ):
        refused(call, InvalidInputError)


def test_the_same_account_has_a_role_once(application: PermitCase, cast: Cast) -> None:
    message = refused(
        lambda: drafts.save_party(
            case=application, by=cast.owner, role=PartyRole.APPLICANT, user=cast.owner, values={"family_name": "Brandt"}
        ),
        InvalidInputError,
    )
    assert "schon eingetragen" in message


def test_only_who_works_here_is_assigned(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    for person in (cast.registry, cast.other_officer, cast.owner):
        refused(lambda to=person: assessment.assign_case(case=application, by=cast.registry, to=to), InvalidInputError)
    assessment.assign_case(case=application, by=cast.registry, to=cast.second_officer)
    assert application.assigned_to == cast.second_officer


def test_readers_read_and_do_not_write_messages(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    assert "nur lesen" in refused(
        lambda: communication.send_message(case=application, by=cast.auditor, text="Hallo."), InvalidInputError
    )


def test_the_applicants_side_checks_only_while_it_works_on_the_plan(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    assert "nur noch die Bauaufsicht" in refused(lambda: check_site_plan(case=application, by=cast.owner), StateError)
    refused(lambda: check_site_plan(case=application, by=cast.auditor), StateError)
    assert check_site_plan(case=application, by=cast.officer).case == application


def test_a_follow_up_is_done_once(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    follow_up = communication.set_follow_up(case=application, by=cast.officer, due_on=FUTURE, text="Anrufen.")
    stale = FollowUp.objects.get(pk=follow_up.pk)
    communication.finish_follow_up(case=application, by=cast.officer, follow_up=follow_up)
    communication.finish_follow_up(case=application, by=cast.second_officer, follow_up=stale)
    assert FollowUp.objects.get(pk=follow_up.pk).done_by == cast.officer
    assert AuditEvent.objects.filter(type="follow_up.done").count() == 1


def test_two_authorities_share_no_prefix(village: dict[str, PermitAuthority]) -> None:
    message = refused(
        lambda: create_authority(
            by=None, slug="dritte", name="Dritte", number_prefix="bl", street="x", postal_code="1", city="x"
        ),
        InvalidInputError,
    )
    assert "schon vergeben" in message


def test_a_proposed_text_no_longer_follows_the_conditions(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    assessment.add_condition(case=application, by=cast.officer, values=CONDITION)
    actions.finish_assessment(case=application, by=cast.officer)
    version = propose(application, cast)
    Condition.objects.update(text="Nachträglich.")
    version.refresh_from_db()
    assert [row["text"] for row in version.content["conditions"]] == ["Auflage."]
