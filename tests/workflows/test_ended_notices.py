"""A notice that was corrected, withdrawn or revoked: what people see, and what nobody has to do any more."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from permits.errors import StateError
from permits.models import (
    AuditEvent,
    CaseStatus,
    ChangeKind,
    Channel,
    FollowUp,
    IssuedDocument,
    OutgoingMail,
    PermitCase,
    ServiceOfNotice,
    ServiceState,
    User,
)
from permits.services.files import read_file
from permits.services.notice_ends import drop_services
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.workflows.test_notice_changes import (
    BACKEND,
    CORRECTION,
    REVOCATION,
    WITHDRAWAL,
    notice,
    signed,
)
from workflows import actions
from workflows.jobs import watch_service
from workflows.steps import current_steps

__all__ = ["notice"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday")]


def page(person: User, case: PermitCase, name: str = "case_detail") -> str:
    client = Client()
    client.force_login(person, backend=BACKEND)
    args = [] if name == "my_applications" else [case.uuid]
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def corrected_and_withdrawn(notice: IssuedDocument, cast: Cast) -> tuple[IssuedDocument, IssuedDocument]:
    """The notice lies ready; a correction and then a withdrawal of it are issued before anybody fetches it."""
    papers = []
    for kind, text in ((ChangeKind.CORRECTION, CORRECTION), (ChangeKind.WITHDRAWAL, WITHDRAWAL)):
        change = signed(notice, cast, kind, text)
        run_jobs()
        papers.append(IssuedDocument.objects.get(change=change))
    return papers[0], papers[1]


def test_a_withdrawn_notice_is_no_longer_offered_for_retrieval(notice: IssuedDocument, cast: Cast) -> None:
    correction, withdrawal = corrected_and_withdrawn(notice, cast)
    case = notice.case
    states = {row.document_id: row.state for row in ServiceOfNotice.objects.filter(document__case=case)}
    assert states == {
        notice.pk: ServiceState.DROPPED, correction.pk: ServiceState.DROPPED, withdrawal.pk: ServiceState.PROVIDED,
    }  # fmt: skip
    assert AuditEvent.objects.filter(chain__case=case, type="notice.service_dropped").count() == 2
    shown = page(cast.owner, case)
    assert shown.index("Ihr früherer Bescheid") > shown.index("Rücknahme eines Bescheids"), "what counts stands first"
    assert "Dieser Bescheid gilt nicht mehr. Er ist am 2. November 2026 zurückgenommen." in shown
    assert "Diese Berichtigung gilt nicht mehr. Der Bescheid, den sie berichtigt, ist am 2. November 2026" in shown
    for paper in (correction, withdrawal):
        assert f'href="{reverse("issued_file", args=[case.uuid, paper.uuid])}"' in shown
    assert shown.count("Bitte rufen Sie") == 1
    assert shown.count("abrufen</span>") == 1
    assert "gegen diese Aufhebung" in shown
    for step in ("Berichtigung ausgefertigt", "Rücknahme ausgefertigt"):
        assert f"<strong>{step}</strong>" in shown
    assert "Die Rücknahme Ihres Bescheids liegt bereit" in page(cast.owner, case, "my_applications")
    assert "await_service" not in current_steps(case)


def test_the_old_notice_can_be_read_without_any_period_beginning(notice: IssuedDocument, cast: Cast) -> None:
    corrected_and_withdrawn(notice, cast)
    service = notice.services.get()
    client = Client()
    client.force_login(cast.owner, backend=BACKEND)
    stale = client.post(reverse("retrieve_notice", args=[notice.case.uuid, service.uuid]), follow=True)
    assert "müssen Sie ihn nicht mehr abrufen" in stale.content.decode()
    answer = client.get(reverse("issued_file", args=[notice.case.uuid, notice.uuid]))
    assert answer["Content-Type"] == "application/pdf"
    service.refresh_from_db()
    assert (service.state, service.notified_on, service.remedy_until) == (ServiceState.DROPPED, None, None)


def test_each_period_names_its_notice(notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller) -> None:
    case = notice.case
    actions.record_retrieval(case=case, by=cast.owner, service=notice.services.get())
    correction, withdrawal = corrected_and_withdrawn(notice, cast)
    assert correction.services.get().remedy_until is None
    actions.record_retrieval(case=case, by=cast.owner, service=withdrawal.services.get())
    # Fetched on Monday, the withdrawal counts from Tuesday on.
    assert "Rücknahme ausgefertigt am 2. November 2026" in page(cast.owner, case)
    monday.move_to(dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC))
    shown = page(cast.owner, case)
    for paper in (notice, withdrawal):
        assert f"Widerspruchsfrist: {paper.number}</dt>" in shown, paper
        assert f"Widerspruchsfrist: {paper.number}</h3>" in page(cast.officer, case, "staff_clocks")
    assert f"Dieser Bescheid gilt nicht mehr: zurückgenommen am 2. November 2026 durch {withdrawal.number}." in shown


def test_a_corrected_notice_says_so_and_its_correction_opens_no_period(notice: IssuedDocument, cast: Cast) -> None:
    change = signed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    run_jobs()
    correction = IssuedDocument.objects.get(change=change)
    shown = page(cast.owner, notice.case)
    assert "Dieser Bescheid ist am 2. November 2026 berichtigt worden" in shown
    assert f"es bleibt bei der Frist des Bescheids {notice.number}" in shown
    # What it puts right stays in the data of the case, and officers are told.
    for name in ("case_detail", "staff_register"):
        told = page(cast.officer, notice.case, name)
        assert f"{correction.number}</a>. Spätere Schreiben drucken weiterhin die Angaben des Antrags." in told, name
    assert "Spätere Schreiben drucken" not in shown, "the applicant's side has the correction itself"
    assert "Mehrere Schriftstücke liegen bereit" in page(cast.owner, notice.case, "my_applications")
    assert PermitCase.objects.get(pk=notice.case.pk).status == CaseStatus.GRANTED
    assert correction.services.get().state == notice.services.get().state == ServiceState.PROVIDED


def test_mails_say_what_lies_ready(notice: IssuedDocument, cast: Cast) -> None:
    corrected_and_withdrawn(notice, cast)
    subjects = list(OutgoingMail.objects.filter(to=cast.owner.email).order_by("pk").values_list("subject", flat=True))
    case = notice.case.case_number
    assert subjects[-2:] == [
        f"Die Berichtigung des Bescheids {notice.number} liegt für Sie bereit ({case})",
        f"Die Rücknahme des Bescheids {notice.number} liegt für Sie bereit ({case})",
    ]
    assert f"Die Rücknahme des Bescheids {notice.number} liegt" in OutgoingMail.objects.order_by("-pk")[0].body


def test_officers_have_nothing_left_to_serve(notice: IssuedDocument, cast: Cast) -> None:
    case = notice.case
    failed = notice.services.get()
    ServiceOfNotice.objects.filter(pk=failed.pk).update(provided_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    watch_service.func(timestamp=0)
    tasks = FollowUp.objects.filter(effect_key=f"not-served:{failed.uuid}", done_at__isnull=True)
    assert tasks.exists()
    signed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    run_jobs()
    assert not tasks.exists()
    shown = page(cast.officer, case, "staff_service")
    assert "Dieser Bescheid ist am 02.11.2026 widerrufen" in shown
    assert "wird nicht mehr bekannt gegeben" in shown
    assert "Erneut bekannt geben" not in shown
    with pytest.raises(StateError, match="bereits widerrufen"):
        actions.serve_again(case=case, by=cast.officer, service=failed, channel=Channel.POST)
    assert "await_service" not in current_steps(case)


def test_dropping_twice_changes_nothing(notice: IssuedDocument, cast: Cast) -> None:
    corrected_and_withdrawn(notice, cast)
    drop_services(case=notice.case, document=notice)
    assert AuditEvent.objects.filter(chain__case=notice.case, type="notice.service_dropped").count() == 2


def test_the_correction_of_a_withdrawn_notice_no_longer_counts_either(
    notice: IssuedDocument, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    correction, withdrawal = corrected_and_withdrawn(notice, cast)
    data = {"number": correction.number, "code": correction.verification_code}
    shown = Client().post(reverse("verify"), data).content.decode()
    assert "Diese Berichtigung ist echt, gilt aber nicht mehr" in shown
    assert f"Sie berichtigt den Bescheid {notice.number}. Dieser Bescheid wurde am 2. November 2026 zurück" in shown
    assert f"steht im Bescheid {withdrawal.number}" in shown
    assert "wirksam" not in shown.partition("<main")[2]
    path = tmp_path / "berichtigung.pdf"
    path.write_bytes(read_file(correction.file))
    with pytest.raises(SystemExit) as ended:
        call_command("verify_notice", path)
    assert ended.value.code == 3
    told = capsys.readouterr().out
    assert "Echt und unverändert, gilt aber nicht mehr." in told
    assert (
        f"der Bescheid {notice.number}, den diese Berichtigung betrifft, am 02.11.2026 durch {withdrawal.number}"
        in told
    )
    html = withdrawal.html.replace("\u00a0", " ").replace("\u00ad", "")
    assert (
        f"Damit gilt auch die Berichtigung dieses Bescheids nicht mehr: Nummer {correction.number} vom 2. Nov" in html
    )
