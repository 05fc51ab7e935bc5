"""Officers confirm together what is kept or does not apply; what needs a look needs one."""

import pytest
from django.test import Client

from permits.errors import StaleError
from permits.models import AuditEvent, CheckRun, PermitCase, ResultReview, Verdict
from permits.selectors.case_assessment import assessment_view
from permits.services.assessment import confirm_results, review_result
from permits.services.checking import check_site_plan
from tests.cast import Cast
from tests.workflows.village import to_assessment
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TOGETHER = (Verdict.PASSED, Verdict.NOT_APPLICABLE)


def assessed(case: PermitCase, cast: Cast) -> tuple[PermitCase, CheckRun]:
    to_assessment(case, cast)
    return case, check_site_plan(case=case, by=cast.officer)


def test_only_what_is_kept_or_does_not_apply_is_confirmed(application: PermitCase, cast: Cast) -> None:
    case, run = assessed(application, cast)
    own = run.results.filter(verdict=Verdict.PASSED).first()
    assert own is not None
    actions.on_case(
        review_result, case=case, by=cast.officer, result=own, verdict=Verdict.FAILED, reason="Nachgemessen."
    )
    wanted = run.results.filter(verdict__in=TOGETHER).exclude(pk=own.pk)
    assert assessment_view(case).confirmable == wanted.count() > 0
    assert actions.on_case(confirm_results, case=case, by=cast.officer, run=run) == wanted.count()
    reviews = ResultReview.objects.filter(result__run=run).exclude(result=own)
    assert {review.result_id for review in reviews} == set(wanted.values_list("pk", flat=True))
    assert all(review.confirmed and review.by == cast.officer for review in reviews)
    assert own.reviews.get().verdict == Verdict.FAILED
    assert AuditEvent.objects.filter(type="check.reviewed").count() == wanted.count() + 1
    assert assessment_view(case).confirmable == 0
    assert actions.on_case(confirm_results, case=case, by=cast.officer, run=run) == 0


def test_a_run_that_is_no_longer_the_latest_is_refused(application: PermitCase, cast: Cast) -> None:
    case, run = assessed(application, cast)
    check_site_plan(case=case, by=cast.officer)
    with pytest.raises(StaleError, match="neu geprüft"):
        actions.on_case(confirm_results, case=case, by=cast.officer, run=run)
    assert not ResultReview.objects.exists()


def test_the_page_groups_results_by_what_they_ask(client: Client, application: PermitCase, cast: Cast) -> None:
    case, run = assessed(application, cast)
    client.force_login(cast.officer)
    address = f"/vorgaenge/{case.uuid}/akte/pruefung/"
    before = client.get(address).content.decode()
    assert before.index("Zu beachten (") < before.index("Eingehalten (") < before.index("Nicht anwendbar (")
    assert "Eingehaltene und nicht anwendbare bestätigen" in before
    response = client.post(f"/vorgaenge/{case.uuid}/akte/prueflauf/{run.uuid}/bestaetigen/", follow=True)
    after = response.content.decode()
    assert "sind bestätigt" in after
    assert "Eingehaltene und nicht anwendbare bestätigen" not in after
    unknown = "00000000-0000-4000-8000-000000000000"
    assert client.post(f"/vorgaenge/{case.uuid}/akte/prueflauf/{unknown}/bestaetigen/").status_code == 404
