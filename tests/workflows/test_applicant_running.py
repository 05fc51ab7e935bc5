"""The applicant's side of a running case, through the pages: request, hearing, messages, withdrawal, notice."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from demo.town.generate import Town
from permits.models import (
    AuditEvent,
    CaseStatus,
    FindingKind,
    IssuedDocument,
    Level,
    Outcome,
    PermitCase,
    ServiceState,
    User,
)
from permits.services.access import grant_case_access
from permits.services.completeness import add_finding
from permits.services.hearings import hold_hearing
from tests.cast import MINIMAL_PDF, Cast
from tests.jobs import run_jobs
from workflows import actions
from workflows.models import CaseProcess
from workflows.permit_flow import PermitFlow
from workflows.steps import current_steps

MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    """Monday, 2 November 2026, 10:00 in Berlin."""
    with time_machine.travel(MONDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def signed_in() -> SignIn:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def anna(cast: Cast, signed_in: SignIn) -> Client:
    return signed_in(cast.owner)


@pytest.fixture
def submitted(draft: PermitCase, cast: Cast) -> PermitCase:
    actions.submit(case=draft, by=cast.owner)
    return draft


def address(name: str, case: PermitCase, *args: object) -> str:
    return reverse(name, args=[case.uuid, *args])


def page(client: Client, case: PermitCase) -> str:
    return client.get(address("case_detail", case)).content.decode()


def requested(case: PermitCase, cast: Cast) -> None:
    add_finding(
        case=case,
        by=cast.officer,
        kind=FindingKind.DOCUMENT_MISSING,
        text="Die Grundrisse fehlen.",
        document_type="2001",
    )
    actions.request_information(case=case, by=cast.officer, due_on=dt.date(2026, 11, 23))


def test_status_page_says_in_plain_words_what_happens(anna: Client, submitted: PermitCase) -> None:
    shown = page(anna, submitted)
    assert "Die Behörde prüft, ob alle nötigen Angaben und Unterlagen vorliegen." in shown
    assert "XBau-Status 14: Quittierung: Eingang Vorgang" in shown
    assert submitted.case_number in shown
    assert "Antrag zurücknehmen" in shown


def test_request_is_answered_with_uploads_and_only_handing_in_counts(
    anna: Client, submitted: PermitCase, cast: Cast
) -> None:
    requested(submitted, cast)
    shown = page(anna, submitted)
    assert "23. November 2026" in shown
    assert "Unterlagen nachreichen" in shown
    answering = address("answer_request", submitted)
    assert "Die Grundrisse fehlen." in anna.get(answering).content.decode()
    refused = anna.post(answering)
    assert refused.status_code == 409
    assert "Bitte laden Sie zuerst die nachgeforderten Unterlagen hoch." in refused.content.decode()
    bad = anna.post(
        address("answer_upload", submitted),
        {"document_type": "2001", "title": "EG", "file": SimpleUploadedFile("g.pdf", b"Text")},
    )
    assert bad.status_code == 422
    assert "g.pdf“ ist keine PDF-Datei." in bad.content.decode()
    good = anna.post(
        address("answer_upload", submitted),
        {"document_type": "2001", "file": SimpleUploadedFile("g.pdf", MINIMAL_PDF)},
    )
    assert good.status_code == 302
    assert "neu, noch nicht eingereicht" in anna.get(answering).content.decode()
    plan = submitted.documents.get(document_type="1803")
    versioned = anna.post(
        address("answer_version", submitted, plan.uuid), {"file": SimpleUploadedFile("neu.pdf", MINIMAL_PDF + b"\n")}
    )
    assert versioned.status_code == 302
    assert plan.versions.count() == 2
    submitted.refresh_from_db()
    assert submitted.status == CaseStatus.INFORMATION_REQUESTED
    for _ in range(2):
        assert anna.post(answering)["Location"] == address("case_detail", submitted)
    submitted.refresh_from_db()
    assert submitted.status == CaseStatus.COMPLETENESS
    assert submitted.submissions.count() == 2
    assert current_steps(submitted) == {"check_completeness"}


def test_new_site_plan_may_be_handed_in_with_the_answer(
    anna: Client, submitted: PermitCase, cast: Cast, published_town: Town
) -> None:
    requested(submitted, cast)
    content = json.dumps(published_town.site("einfamilienhaus").site_plan()).encode()
    sent = {"plan": SimpleUploadedFile("neu.geojson", content)}
    assert anna.post(address("answer_site_plan", submitted), sent).status_code == 302
    assert submitted.site_plans.count() == 2
    wrong = {"plan": SimpleUploadedFile("neu.geojson", b"nichts")}
    assert anna.post(address("answer_site_plan", submitted), wrong).status_code == 422
    assert submitted.site_plans.count() == 2
    answering = address("answer_request", submitted)
    assert "neu, noch nicht eingereicht" in anna.get(answering).content.decode()
    assert anna.post(answering)["Location"] == address("case_detail", submitted)
    submitted.refresh_from_db()
    assert submitted.status == CaseStatus.COMPLETENESS


def test_nothing_can_be_uploaded_while_nothing_is_requested(anna: Client, submitted: PermitCase) -> None:
    sent = {"document_type": "2001", "file": SimpleUploadedFile("g.pdf", MINIMAL_PDF)}
    before = submitted.documents.count()
    answer = anna.post(address("answer_upload", submitted), sent, follow=True)
    assert "keine offene Nachforderung" in answer.content.decode()
    assert submitted.documents.count() == before


def test_hearing_is_answered_once_and_an_empty_statement_is_refused(
    anna: Client, submitted: PermitCase, cast: Cast
) -> None:
    actions.confirm_completeness(case=submitted, by=cast.officer)
    due = dt.date(2026, 11, 16)
    actions.on_case(hold_hearing, case=submitted, by=cast.officer, text="Der Grenzabstand fehlt.", due_on=due)
    assert "Stellung nehmen" in page(anna, submitted)
    stating = address("hearing_statement", submitted)
    assert "Der Grenzabstand fehlt." in anna.get(stating).content.decode()
    assert anna.post(stating, {"statement": " "}).status_code == 422
    assert anna.post(stating, {"statement": "Wir planen um."}).status_code == 302
    assert submitted.hearings.get().statement == "Wir planen um."
    again = anna.post(stating, {"statement": "Noch etwas."})
    assert again.status_code == 409
    assert "Noch etwas." in again.content.decode()
    assert submitted.hearings.get().statement == "Wir planen um."


def test_message_reaches_the_authority_and_readers_cannot_write(
    anna: Client, submitted: PermitCase, cast: Cast, signed_in: SignIn
) -> None:
    sending = address("applicant_message", submitted)
    assert anna.post(sending, {"text": "Wann ist mit einer Entscheidung zu rechnen?"}).status_code == 302
    assert "Wann ist mit einer Entscheidung zu rechnen?" in page(anna, submitted)
    assert anna.post(sending, {"text": ""}).status_code == 422
    grant_case_access(case=submitted, to=cast.stranger, level=Level.READ, by=cast.owner)
    reader = signed_in(cast.stranger)
    assert "Nachricht senden" not in page(reader, submitted)
    assert reader.post(sending, {"text": "Hallo"}).status_code == 404
    assert submitted.messages.count() == 1


def test_withdrawal_asks_first_and_ends_the_process(anna: Client, submitted: PermitCase) -> None:
    withdrawing = address("withdraw_application", submitted)
    assert "lässt sich nicht rückgängig machen" in anna.get(withdrawing).content.decode()
    refused = anna.post(withdrawing, {"reason": "Grundstück verkauft"})
    assert refused.status_code == 422
    assert "Grundstück verkauft" in refused.content.decode()
    assert anna.post(withdrawing, {"reason": "Grundstück verkauft", "sure": "on"}).status_code == 302
    submitted.refresh_from_db()
    assert submitted.status == CaseStatus.WITHDRAWN
    assert current_steps(submitted) == set()
    assert anna.get(withdrawing).status_code == 302


def test_contributor_cannot_withdraw(submitted: PermitCase, cast: Cast, signed_in: SignIn) -> None:
    grant_case_access(case=submitted, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner)
    david = signed_in(cast.designer)
    assert david.post(address("withdraw_application", submitted), {"sure": "on"}).status_code == 404
    assert "Antrag zurücknehmen" not in page(david, submitted)


def test_consent_can_be_taken_back_after_submission(anna: Client, submitted: PermitCase) -> None:
    owner = submitted.parties.get(role="applicant")
    assert anna.post(address("portal_consent", submitted, owner.uuid), {"consents": "0"}).status_code == 302
    owner.refresh_from_db()
    assert owner.portal_consent_at is None
    assert "Bekanntgabe über das Portal zustimmen" in page(anna, submitted)


def granted(case: PermitCase, cast: Cast) -> IssuedDocument:
    actions.confirm_completeness(case=case, by=cast.officer)
    actions.finish_assessment(case=case, by=cast.officer)
    actions.save_decision(
        case=case, by=cast.officer, outcome=Outcome.GRANTED, operative_part="Die Genehmigung wird erteilt.", reasons=""
    )
    proposed = actions.propose_decision(case=case, by=cast.officer)
    actions.sign_decision(case=case, by=cast.reviewer, content_sha256=proposed.content_sha256)
    run_jobs()
    case.refresh_from_db()
    return IssuedDocument.objects.get(case=case, kind="permit_notice")


@pytest.mark.django_db(transaction=True)
def test_notice_is_fetched_by_post_logged_verified_and_revocable(
    anna: Client, submitted: PermitCase, cast: Cast, signed_in: SignIn, client: Client
) -> None:
    grant_case_access(case=submitted, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner)
    notice = granted(submitted, cast)
    service = notice.services.get()
    file, fetching = address("issued_file", submitted, notice.uuid), address("retrieve_notice", submitted, service.uuid)

    receipt = anna.get(address("application_receipt", submitted)).content.decode()
    assert "Der Eingangsbeleg liegt bereit." in receipt
    assert "Bescheid abrufen" in page(anna, submitted)
    assert "Ihr Bescheid liegt bereit" in anna.get(reverse("my_applications")).content.decode()
    assert anna.get(file)["Location"] == address("case_detail", submitted)
    assert anna.get(fetching).status_code == 405
    david = signed_in(cast.designer)
    assert david.get(file).status_code == 302
    assert david.post(fetching).status_code == 404
    service.refresh_from_db()
    assert service.state == ServiceState.PROVIDED

    for _ in range(2):
        assert anna.post(fetching)["Location"] == file
    service.refresh_from_db()
    assert service.notified_on == dt.date(2026, 11, 3)
    assert AuditEvent.objects.filter(chain__case=submitted, type="notice.retrieved").count() == 1
    answer = anna.get(file)
    assert answer["Content-Disposition"] == f'inline; filename="{notice.number}.pdf"'
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert david.get(file).status_code == 200
    shown = page(anna, submitted)
    assert "3. November 2026" in shown
    assert "3. Dezember 2026" in shown
    assert current_steps(submitted) == set()
    _verify(client, notice)


def _verify(visitor: Client, notice: IssuedDocument) -> None:
    code = notice.verification_code
    good = visitor.post(reverse("verify"), {"number": notice.number, "code": code.lower().replace("-", " ")})
    shown = good.content.decode()
    assert good.status_code == 200
    assert notice.sha256 in shown
    assert "Demo-Siegel, ohne Rechtswirkung" in shown
    # Fetched today, it counts as notified tomorrow.
    assert "Dieser Bescheid ist echt, aber noch nicht wirksam" in shown
    for personal in ("Brandt", "Lindenweg", "Einfamilienhaus", "Flurstück 4"):
        assert personal not in shown.partition("<main")[2]
    assert f'value="{notice.number}"' in visitor.get(reverse("verify", args=[notice.number])).content.decode()
    wrong = visitor.post(reverse("verify"), {"number": notice.number, "code": "AAAA-AAAA-AAAA-AAAA"})
    unknown = visitor.post(reverse("verify"), {"number": "63-2026-99999-B1", "code": code})
    texts = [_summary(wrong), _summary(unknown)]
    assert wrong.status_code == unknown.status_code == 422
    assert texts[0] == texts[1]
    assert "gibt es kein Schriftstück" in texts[0]
    receipt = IssuedDocument.objects.get(case=notice.case, kind="receipt")
    unsealed = visitor.post(reverse("verify"), {"number": receipt.number, "code": receipt.verification_code})
    assert unsealed.status_code == 422
    answers = [visitor.post(reverse("verify"), {"number": "1", "code": "2"}).status_code for _ in range(20)]
    assert answers[-1] == 429


def _summary(answer: Any) -> str:
    return str(answer.content.decode().partition("data-error-summary")[2].partition("</div>")[0])


@pytest.mark.django_db(transaction=True)
def test_busy_case_loses_nothing_that_was_typed(anna: Client, submitted: PermitCase, settings: Any) -> None:
    settings.FLOW_LOCK_TIMEOUT_MS = 200
    held, done = threading.Event(), threading.Event()
    process = CaseProcess.objects.get(case=submitted)

    def hold() -> None:
        try:
            with PermitFlow.lock(process.pk):
                held.set()
                done.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(10)
        answer = anna.post(address("applicant_message", submitted), {"text": "Bitte um Rückruf"})
        assert answer.status_code == 409
        assert "Bitte um Rückruf" in answer.content.decode()
        assert "Diesen Vorgang bearbeitet gerade jemand anderes." in answer.content.decode()
        owner = submitted.parties.get(role="applicant")
        busy = anna.post(address("portal_consent", submitted, owner.uuid), {"consents": "0"})
        assert busy.status_code == 409
        assert "Diesen Vorgang bearbeitet gerade jemand" in busy.content.decode()
    finally:
        done.set()
        thread.join()
    assert submitted.messages.count() == 0
    assert anna.post(address("applicant_message", submitted), {"text": "Bitte um Rückruf"}).status_code == 302
