"""Deciding: hearing before a refusal, versions, four eyes, withdrawal."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from permits.errors import AccessDeniedError, InvalidInputError, StaleError, StateError
from permits.models import (
    CaseStatus,
    ConditionKind,
    Decision,
    DecisionAct,
    DecisionContributor,
    DecisionState,
    Outcome,
    PermitCase,
    Verdict,
)
from permits.selectors.clock import clocks_of
from permits.services.assessment import add_condition, change_condition, remove_condition, review_result
from permits.services.checking import check_site_plan
from permits.services.decisions import FourEyesError
from permits.services.hearings import answer_hearing, hold_hearing, waive_hearing
from tests.cast import Cast
from tests.workflows.village import REASONS, REFUSAL, TENOR, propose, request_missing, sign, to_assessment, to_proposed
from workflows import actions
from workflows.steps import current_steps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Clock = time_machine.Traveller
CONDITION = {"kind": ConditionKind.REQUIREMENT, "stage": "before_start", "text": "Der Baubeginn ist anzuzeigen."}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T09:00:00+00:00")


@pytest.fixture
def assessed(application: PermitCase, cast: Cast) -> PermitCase:
    """A case whose decision is being drafted."""
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    return application


def test_a_refusal_waits_for_the_end_of_the_hearing(assessed: PermitCase, cast: Cast, monday: Clock) -> None:
    with pytest.raises(StateError, match="Vor einer Ablehnung ist anzuhören"):
        propose(assessed, cast, Outcome.REFUSED)
    # 15 November 2026 is a Sunday: the applicants may answer until Monday.
    actions.on_case(hold_hearing, case=assessed, by=cast.officer, text=REASONS, due_on=dt.date(2026, 11, 15))
    assert assessed.status == CaseStatus.HEARING
    monday.move_to(at("2026-11-16"))
    with pytest.raises(StateError, match=r"läuft noch bis 16\.11\.2026"):
        propose(assessed, cast, Outcome.REFUSED)
    monday.move_to(at("2026-11-17"))
    assert propose(assessed, cast, Outcome.REFUSED).state == DecisionState.PROPOSED


def test_a_statement_ends_the_hearing_early(assessed: PermitCase, cast: Cast) -> None:
    actions.on_case(hold_hearing, case=assessed, by=cast.officer, text=REASONS, due_on=dt.date(2026, 11, 16))
    actions.on_case(answer_hearing, case=assessed, by=cast.owner, statement="Das sehen wir anders.")
    assert assessed.status == CaseStatus.ASSESSMENT
    with pytest.raises(StateError):
        actions.on_case(answer_hearing, case=assessed, by=cast.owner, statement="Noch etwas.")
    assert propose(assessed, cast, Outcome.REFUSED).outcome == Outcome.REFUSED


def test_a_second_hearing_counts_anew(assessed: PermitCase, cast: Cast, monday: Clock) -> None:
    actions.on_case(hold_hearing, case=assessed, by=cast.officer, text=REASONS, due_on=dt.date(2026, 11, 16))
    actions.on_case(answer_hearing, case=assessed, by=cast.owner, statement="Das sehen wir anders.")
    monday.move_to(at("2026-11-03"))
    actions.on_case(hold_hearing, case=assessed, by=cast.officer, text="Neue Gründe.", due_on=dt.date(2026, 11, 17))
    with pytest.raises(StateError, match=r"17\.11\.2026"):
        propose(assessed, cast, Outcome.REFUSED)


def test_a_waived_hearing_needs_a_reason_and_its_author_does_not_sign(assessed: PermitCase, cast: Cast) -> None:
    with pytest.raises(InvalidInputError, match="begründen"):
        actions.on_case(waive_hearing, case=assessed, by=cast.reviewer, reason=" ")
    actions.on_case(
        waive_hearing, case=assessed, by=cast.reviewer, reason="Dem Antrag fehlt das Interesse (§ 28 Abs. 2)."
    )
    propose(assessed, cast, Outcome.REFUSED)
    with pytest.raises(FourEyesError):
        sign(assessed, cast)


def test_a_refusal_gives_its_reasons_and_every_decision_its_tenor(assessed: PermitCase, cast: Cast) -> None:
    for outcome, tenor, field in ((Outcome.REFUSED, REFUSAL, "reasons"), (Outcome.GRANTED, "  ", "operative_part")):
        actions.save_decision(case=assessed, by=cast.officer, outcome=outcome, operative_part=tenor, reasons="")
        with pytest.raises(InvalidInputError) as caught:
            actions.propose_decision(case=assessed, by=cast.officer)
        assert caught.value.field == field
    assert current_steps(assessed) == {"draft_decision"}


def test_a_hearing_names_reasons_and_a_day_to_come(assessed: PermitCase, cast: Cast) -> None:
    for text, due_on in ((" ", dt.date(2026, 11, 16)), (REASONS, dt.date(2026, 11, 2))):
        with pytest.raises(InvalidInputError):
            actions.on_case(hold_hearing, case=assessed, by=cast.officer, text=text, due_on=due_on)
    actions.on_case(hold_hearing, case=assessed, by=cast.officer, text=REASONS, due_on=dt.date(2026, 11, 16))
    with pytest.raises(InvalidInputError):
        actions.on_case(answer_hearing, case=assessed, by=cast.owner, statement=" ")


def test_a_returned_decision_gets_a_new_version_from_the_same_text_and_writers(
    application: PermitCase, cast: Cast
) -> None:
    first = to_proposed(application, cast)
    with pytest.raises(InvalidInputError, match="Grund der Rückgabe"):
        actions.return_decision(case=application, by=cast.reviewer, reason=" ")
    actions.return_decision(case=application, by=cast.reviewer, reason="Bitte die Auflage genauer fassen.")
    assert current_steps(application) == {"draft_decision"}
    first.refresh_from_db()
    assert (first.state, first.returned_reason) == (DecisionState.RETURNED, "Bitte die Auflage genauer fassen.")
    second = actions.propose_decision(case=application, by=cast.second_officer)
    assert (second.number, second.operative_part) == (2, TENOR)
    writers = second.contributors.filter(act=DecisionAct.WROTE).values_list("user", flat=True)
    assert set(writers) == {cast.officer.pk, cast.second_officer.pk}
    sign(application, cast)
    assert Decision.objects.get(case=application).signed_version == second


def test_nobody_overwrites_a_draft_unseen(assessed: PermitCase, cast: Cast) -> None:
    save = {"case": assessed, "outcome": Outcome.GRANTED, "reasons": ""}
    version = actions.save_decision(**save, by=cast.officer, operative_part=TENOR)
    seen = version.revision
    actions.save_decision(**save, by=cast.second_officer, operative_part="Anders.", revision=seen)
    with pytest.raises(StaleError):
        actions.save_decision(**save, by=cast.officer, operative_part=TENOR, revision=seen)
    with pytest.raises(StaleError):
        actions.propose_decision(case=assessed, by=cast.officer, revision=seen)
    version.refresh_from_db()
    assert version.operative_part == "Anders."


def test_a_signature_is_given_to_the_text_that_was_read(application: PermitCase, cast: Cast) -> None:
    version = to_proposed(application, cast)
    with pytest.raises(StaleError, match="lesen Sie sie erneut"):
        actions.sign_decision(case=application, by=cast.reviewer, content_sha256="0" * 64)
    version.content["operative_part"] = "Heimlich geändert."
    version.save()
    with pytest.raises(StateError, match="Prüfsumme"):
        actions.sign_decision(case=application, by=cast.reviewer, content_sha256=version.content_sha256)
    assert current_steps(application) == {"second_signature"}


def test_who_drafted_does_not_sign(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.reviewer)
    actions.save_decision(case=application, by=cast.reviewer, outcome=Outcome.GRANTED, operative_part=TENOR, reasons="")
    version = actions.propose_decision(case=application, by=cast.officer)
    with pytest.raises(FourEyesError, match="mitgeschrieben"):
        actions.sign_decision(case=application, by=cast.reviewer, content_sha256=version.content_sha256)
    assert (application.status, current_steps(application)) == (CaseStatus.DECISION_DRAFTED, {"second_signature"})


def test_who_ever_wrote_on_a_condition_does_not_sign(assessed: PermitCase, cast: Cast) -> None:
    condition = actions.on_case(add_condition, case=assessed, by=cast.reviewer, values=CONDITION)
    # The officer's last hand on it does not make the head's text somebody else's.
    actions.on_case(
        change_condition,
        case=assessed,
        by=cast.officer,
        condition=condition,
        values={**CONDITION, "reason": "Überwachung."},
    )
    propose(assessed, cast)
    with pytest.raises(FourEyesError):
        sign(assessed, cast)


def test_who_wrote_a_condition_that_was_taken_out_may_sign(assessed: PermitCase, cast: Cast) -> None:
    condition = actions.on_case(add_condition, case=assessed, by=cast.reviewer, values=CONDITION)
    actions.on_case(remove_condition, case=assessed, by=cast.officer, condition=condition)
    propose(assessed, cast)
    assert sign(assessed, cast).state == DecisionState.SIGNED


def test_who_overrode_a_check_does_not_sign(assessed: PermitCase, cast: Cast) -> None:
    run = check_site_plan(case=assessed, by=cast.officer)
    result = run.results.get(check_id="site_coverage")
    assert result.verdict == Verdict.NOT_ASSESSABLE
    with pytest.raises(InvalidInputError, match="begründen"):
        actions.on_case(review_result, case=assessed, by=cast.reviewer, result=result, verdict=Verdict.PASSED)
    actions.on_case(
        review_result, case=assessed, by=cast.reviewer, result=result, verdict=Verdict.PASSED, reason="Nachgerechnet."
    )
    propose(assessed, cast)
    with pytest.raises(FourEyesError):
        sign(assessed, cast)


def test_the_database_knows_four_eyes_itself(application: PermitCase, cast: Cast) -> None:
    version = to_proposed(application, cast)
    rows = DecisionContributor.objects
    now = dt.datetime.now(dt.UTC)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        rows.create(version=version, user=cast.officer, act=DecisionAct.SIGNED, at=now)
    rows.create(version=version, user=cast.reviewer, act=DecisionAct.SIGNED, at=now)
    with pytest.raises(IntegrityError, match="decision_version_signed_once"), transaction.atomic():
        rows.create(version=version, user=cast.second_officer, act=DecisionAct.SIGNED, at=now)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.filter(version=version, user=cast.officer).delete()


def test_the_assessment_is_reopened_from_drafting(assessed: PermitCase, cast: Cast) -> None:
    actions.reopen_assessment(case=assessed, by=cast.officer)
    assert current_steps(assessed) == {"assess"}
    with pytest.raises(StateError, match=r"nicht \(mehr\) offen"):
        actions.propose_decision(case=assessed, by=cast.officer)


def to_completeness(case: PermitCase, cast: Cast) -> None:
    actions.submit(case=case, by=cast.owner)


def to_requested(case: PermitCase, cast: Cast) -> None:
    actions.submit(case=case, by=cast.owner)
    request_missing(case, cast)


def to_hearing(case: PermitCase, cast: Cast) -> None:
    to_assessment(case, cast)
    actions.on_case(hold_hearing, case=case, by=cast.officer, text=REASONS, due_on=dt.date(2026, 11, 16))


@pytest.mark.parametrize("way", [to_completeness, to_requested, to_assessment, to_hearing, to_proposed])
def test_only_the_owner_withdraws_in_every_state_before_the_signature(application: PermitCase, cast: Cast, way) -> None:  # type: ignore[no-untyped-def]
    way(application, cast)
    before = application.status
    for person in (cast.officer, cast.reviewer, cast.designer, cast.stranger):
        with pytest.raises(AccessDeniedError):
            actions.withdraw(case=application, by=person)
    application.refresh_from_db()
    assert application.status == before
    actions.withdraw(case=application, by=cast.owner, reason="Wir planen neu.")
    assert application.status == CaseStatus.WITHDRAWN
    assert current_steps(application) == set()
    assert application.process.finished is not None
    assert not any(clock.is_running for clock in clocks_of(application))
    with pytest.raises(StateError):
        actions.withdraw(case=application, by=cast.owner)


def test_nothing_is_withdrawn_before_it_is_submitted_or_after_it_is_signed(application: PermitCase, cast: Cast) -> None:
    with pytest.raises(StateError, match="noch nicht eingereicht"):
        actions.withdraw(case=application, by=cast.owner)
    to_proposed(application, cast)
    sign(application, cast)
    with pytest.raises(StateError):
        actions.withdraw(case=application, by=cast.owner)
    assert current_steps(application) == {"issue_notice"}


def test_without_a_draft_nothing_is_proposed(assessed: PermitCase, cast: Cast) -> None:
    with pytest.raises(StateError, match="keinen Entwurf"):
        actions.propose_decision(case=assessed, by=cast.officer)
    assert current_steps(assessed) == {"draft_decision"}


def test_assessment_ends_once(assessed: PermitCase, cast: Cast) -> None:
    with pytest.raises(StateError):
        actions.finish_assessment(case=assessed, by=cast.officer)
