"""Correcting, withdrawing and revoking an issued notice: two people, a notice of its own, a new register entry."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from permits.errors import AccessDeniedError, InvalidInputError, StaleError, StateError
from permits.models import (
    CaseStatus,
    ChangeKind,
    ChangeState,
    FollowUp,
    IssuedDocument,
    NoticeChange,
    Outcome,
    PermitCase,
    RegisterEntry,
    RemedyEffect,
    ServiceState,
)
from permits.selectors.audit import verify_audit
from permits.selectors.clock import clock_state
from permits.services.decisions import FourEyesError
from permits.services.documents_out import check_seal
from permits.services.files import read_file
from permits.services.hearings import waive_hearing
from permits.services.issuing_failures import record_failure
from permits.services.letters.site_sign import site_sign
from permits.services.notice_changes import (
    ChangeText,
    issue_change_again,
    propose_change,
    return_change,
    sign_change,
)
from reports.contexts.site_sign import Paper
from reports.pdf import RenderedDocument
from reports.seal_validation import SealState
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.workflows.village import issue, propose, sign, to_assessment, to_signed
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
TODAY = dt.date(2026, 11, 2)
CORRECTION = ChangeText(
    ground="obvious_error", reasons="Schreibfehler.", items=[("Seite 1", "Lindenstraße", "Lindweg")]
)
REVOCATION = ChangeText(
    ground="requirement_unmet", reasons="Die Auflage ist nicht erfüllt.", hearing="Angehört am 1.10.", known_on=TODAY
)
WITHDRAWAL = ChangeText(
    ground="unlawful", reasons="Von Anfang an rechtswidrig.", hearing="Angehört.", known_on=TODAY, for_past=True
)


@pytest.fixture
def notice(application: PermitCase, cast: Cast, paper: RenderedDocument) -> IssuedDocument:
    """The issued notice of a granted case that waits to be fetched."""
    to_signed(application, cast)
    return issue(application, paper)


def proposed(notice: IssuedDocument, cast: Cast, kind: ChangeKind, text: ChangeText) -> NoticeChange:
    return actions.on_case(propose_change, case=notice.case, by=cast.officer, document=notice, kind=kind, text=text)


def signed(notice: IssuedDocument, cast: Cast, kind: ChangeKind, text: ChangeText) -> NoticeChange:
    change = proposed(notice, cast, kind, text)
    return actions.on_case(
        sign_change, case=notice.case, by=cast.reviewer, change=change, content_sha256=change.content_sha256
    )


@pytest.mark.django_db(transaction=True)
def test_a_revocation_is_issued_sealed_served_and_entered(notice: IssuedDocument, cast: Cast) -> None:
    before = RegisterEntry.objects.filter(document=notice).values().get()
    change = signed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    run_jobs()
    change.refresh_from_db()
    document = IssuedDocument.objects.get(change=change)
    assert (change.state, document.kind) == (ChangeState.ISSUED, "revocation_notice")
    assert document.number == f"{notice.case.case_number}-W1"
    assert check_seal(read_file(document.file)).state == SealState.VALID
    for words in (notice.number, notice.sha256, "wird widerrufen", "§ 49 Abs. 2 Satz 1 Nr. 2 VwVfG", "Widerspruch"):
        assert words in document.html.replace("\u00a0", " "), words
    entry = document.register_entry
    assert (entry.act, entry.origin_id, entry.former_id) == ("revoked", before["id"], before["id"])
    assert (entry.by, entry.signed_by, entry.reason) == (cast.officer, cast.reviewer, REVOCATION.reasons)
    assert RegisterEntry.objects.filter(document=notice).values().get() == before
    assert PermitCase.objects.get(pk=notice.case.pk).status == CaseStatus.REVOKED
    service = document.services.get()
    actions.record_retrieval(case=notice.case, by=cast.owner, service=service)
    service.refresh_from_db()
    assert (service.state, service.remedy_until is None) == (ServiceState.SERVED, False)
    with pytest.raises(StateError):
        proposed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    assert verify_audit().faults == ()


NEW_ADDRESS = replace(
    CORRECTION,
    items=[("Rechtsbehelfsbelehrung", "bei der Behörde einzulegen", "bei der Behörde oder beim Landkreis einzulegen")],
    remedy=RemedyEffect.INSTRUCTION,
    confirmed=["bei der Behörde einzulegen"],
)
OLD_WORDS = replace(NEW_ADDRESS, items=[("Seite 1, Rechtsbehelfsbelehrung", "zwei Monate", "ein Monat")])
OLD_WORDS = replace(OLD_WORDS, confirmed=["zwei Monate"])


@pytest.mark.django_db(transaction=True)
def test_a_corrected_instruction_lets_a_year_run_and_then_a_new_month(notice: IssuedDocument, cast: Cast) -> None:
    first = notice.services.get()
    actions.record_retrieval(case=notice.case, by=cast.owner, service=first)
    first.refresh_from_db()
    assert first.remedy_until == dt.date(2026, 12, 3)  # fetched 2.11., known 3.11., § 188 (2) BGB
    change = signed(notice, cast, ChangeKind.CORRECTION, OLD_WORDS)
    run_jobs()
    paper = IssuedDocument.objects.get(change=change)
    words = paper.html.replace("\u00a0", " ")
    assert "beginnt mit der Bekanntgabe dieser Berichtigung neu" in words
    assert "ändert sich nicht" not in words
    assert f"Nummer {notice.number}, in der Fassung dieser Berichtigung kann innerhalb eines Monats" in words
    first.refresh_from_db()
    assert first.remedy_until == dt.date(2027, 11, 3)  # § 58 (2) VwGO
    year = clock_state(notice.case, "remedy_without_instruction", str(first.uuid))
    assert (year.is_running, year.due_on, year.verified) == (True, dt.date(2027, 11, 3), False)
    assert not clock_state(notice.case, "remedy", str(first.uuid)).is_running
    with time_machine.travel(dt.datetime(2026, 11, 5, 9, tzinfo=dt.UTC), tick=False):
        second = paper.services.get()
        actions.record_retrieval(case=notice.case, by=cast.owner, service=second)
    second.refresh_from_db()
    first.refresh_from_db()
    # 6.12. is a Sunday.
    assert (second.notified_on, second.remedy_until) == (
        dt.date(2026, 11, 6),
        dt.date(2026, 12, 7),
    )
    assert first.remedy_until == second.remedy_until
    assert not clock_state(notice.case, "remedy_without_instruction", str(first.uuid)).is_running
    assert clock_state(notice.case, "remedy", str(second.uuid)).due_on == dt.date(2026, 12, 7)


@pytest.mark.django_db(transaction=True)
def test_a_notice_that_arrives_after_its_instruction_was_corrected_has_a_year(
    notice: IssuedDocument, cast: Cast
) -> None:
    signed(notice, cast, ChangeKind.CORRECTION, OLD_WORDS)
    run_jobs()
    service = notice.services.get()
    actions.record_retrieval(case=notice.case, by=cast.owner, service=service)
    service.refresh_from_db()
    assert service.remedy_until == dt.date(2027, 11, 3)


@pytest.mark.django_db(transaction=True)
def test_a_correction_that_first_shows_a_burden_opens_a_month_of_its_own(notice: IssuedDocument, cast: Cast) -> None:
    first = notice.services.get()
    actions.record_retrieval(case=notice.case, by=cast.owner, service=first)
    change = signed(notice, cast, ChangeKind.CORRECTION, replace(CORRECTION, remedy=RemedyEffect.BURDEN))
    run_jobs()
    service = IssuedDocument.objects.get(change=change).services.get()
    first.refresh_from_db()
    assert first.remedy_until == dt.date(2026, 12, 3)
    actions.record_retrieval(case=notice.case, by=cast.owner, service=service)
    service.refresh_from_db()
    assert service.remedy_until == dt.date(2026, 12, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (replace(OLD_WORDS, remedy=RemedyEffect.UNCHANGED), "gehört zur Rechtsbehelfsbelehrung"),
        (replace(NEW_ADDRESS, remedy=RemedyEffect.BURDEN), "gehört zur Rechtsbehelfsbelehrung"),
        (replace(NEW_ADDRESS, items=[("Belehrung", "Niederschrift", "Diktat")]), "sagt noch „Niederschrift“"),
    ],
)
def test_a_corrected_instruction_is_named_and_does_not_repeat_the_mistake(
    notice: IssuedDocument, cast: Cast, text: ChangeText, says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        proposed(notice, cast, ChangeKind.CORRECTION, text)


@pytest.mark.django_db(transaction=True)
def test_corrections_leave_the_notice_in_force_and_its_remedy_period_alone(notice: IssuedDocument, cast: Cast) -> None:
    first = signed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    run_jobs()
    second = signed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    run_jobs()
    papers = [IssuedDocument.objects.get(change=change) for change in (first, second)]
    assert [paper.number.rpartition("-")[2] for paper in papers] == ["K1", "K2"]
    entries = [paper.register_entry for paper in papers]
    assert [entry.act for entry in entries] == ["corrected", "corrected"]
    assert entries[1].former == entries[0]
    assert entries[1].origin == entries[0].origin == notice.register_entry
    service = papers[0].services.get()
    actions.record_retrieval(case=notice.case, by=cast.owner, service=service)
    service.refresh_from_db()
    assert service.state == ServiceState.SERVED
    assert service.remedy_until is None
    assert PermitCase.objects.get(pk=notice.case.pk).status == CaseStatus.GRANTED


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_may_work_backwards(notice: IssuedDocument, cast: Cast) -> None:
    change = signed(notice, cast, ChangeKind.WITHDRAWAL, WITHDRAWAL)
    run_jobs()
    html = IssuedDocument.objects.get(change=change).html.replace("\u00a0", " ")
    assert "wird zurückgenommen" in html
    assert "gilt auch für die Vergangenheit" in html


def test_who_prepared_a_change_does_not_sign_it(notice: IssuedDocument, cast: Cast) -> None:
    change = actions.on_case(
        propose_change, case=notice.case, by=cast.reviewer, document=notice, kind=ChangeKind.REVOCATION, text=REVOCATION
    )
    with pytest.raises(FourEyesError):
        sign_change(case=notice.case, by=cast.reviewer, change=change, content_sha256=change.content_sha256)
    facts = {"state": "signed", "signed_by": cast.reviewer, "signed_at": change.prepared_at}
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeChange.objects.filter(pk=change.pk).update(**facts)


def test_the_page_of_releases_leads_to_the_signature_of_a_change(notice: IssuedDocument, cast: Cast) -> None:
    proposed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    head = Client()
    head.force_login(cast.reviewer, backend=BACKEND)
    page = head.get(reverse("seal_releases")).content.decode()
    assert f'href="{reverse("staff_register", args=[notice.case.uuid])}"' in page
    assert reverse("staff_decision", args=[notice.case.uuid]) not in page


def test_only_officers_propose_and_only_heads_sign(notice: IssuedDocument, cast: Cast) -> None:
    for person in (cast.registry, cast.auditor, cast.owner, cast.other_officer):
        with pytest.raises(AccessDeniedError):
            propose_change(case=notice.case, by=person, document=notice, kind=ChangeKind.REVOCATION, text=REVOCATION)
    change = proposed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    with pytest.raises(AccessDeniedError):
        sign_change(case=notice.case, by=cast.second_officer, change=change, content_sha256=change.content_sha256)


def test_one_change_at_a_time_and_only_the_text_that_was_seen_is_signed(notice: IssuedDocument, cast: Cast) -> None:
    change = proposed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    with pytest.raises(StateError, match="schon eine Berichtigung oder Aufhebung in Arbeit"):
        proposed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    with pytest.raises(StaleError):
        sign_change(case=notice.case, by=cast.reviewer, change=change, content_sha256="0" * 64)
    with pytest.raises(InvalidInputError, match="Grund der Rückgabe"):
        return_change(case=notice.case, by=cast.reviewer, change=change, reason=" ")
    return_change(case=notice.case, by=cast.reviewer, change=change, reason="Bitte genauer begründen.")
    assert proposed(notice, cast, ChangeKind.CORRECTION, CORRECTION).state == ChangeState.PROPOSED
    with pytest.raises(StateError):
        sign_change(case=notice.case, by=cast.reviewer, change=change, content_sha256=change.content_sha256)


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        (ChangeKind.REVOCATION, {"reasons": " "}, "begründen"),
        (ChangeKind.REVOCATION, {"hearing": ""}, "angehört"),
        (ChangeKind.REVOCATION, {"known_on": None}, "Tag, an dem die Behörde"),
        (ChangeKind.REVOCATION, {"known_on": TODAY + dt.timedelta(days=1)}, "nicht in der Zukunft"),
        (ChangeKind.REVOCATION, {"ground": "unlawful"}, "passt nicht zur gewählten Art"),
        (ChangeKind.REVOCATION, {"reasons": "Wegen 漢"}, "nicht drucken lassen.*漢"),
        (ChangeKind.REVOCATION, {"reasons": "Wegen [[Grund]]."}, r"Hier fehlt noch etwas: Grund\."),
        (ChangeKind.CORRECTION, {"items": [("Seite 1", "a", "[[Tag]]")]}, "Hier fehlt noch etwas: Tag"),
        (ChangeKind.CORRECTION, {"items": []}, "mindestens eine Stelle"),
        (ChangeKind.CORRECTION, {"items": [("Seite 1", "", "richtig")]}, "zu jeder Berichtigung"),
        (ChangeKind.CORRECTION, {"items": [("Seite 1", "gleich", "gleich ")]}, "ändert sich nichts"),
    ],
)
def test_what_is_missing_or_too_late_is_named(
    kind: ChangeKind, changes: dict[str, object], sentence: str, notice: IssuedDocument, cast: Cast
) -> None:
    text = CORRECTION if kind == ChangeKind.CORRECTION else REVOCATION
    with pytest.raises(InvalidInputError, match=sentence):
        proposed(notice, cast, kind, ChangeText(**{**vars(text), **changes}))
    assert not NoticeChange.objects.exists()


def test_the_period_for_taking_back_begins_with_the_notice_at_the_earliest(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    """The authority may have had the facts for long: it decides about a notice that did not exist yet."""
    known_before = ChangeText(**{**vars(WITHDRAWAL), "known_on": dt.date(2025, 1, 2)})
    change = proposed(notice, cast, ChangeKind.WITHDRAWAL, known_before)
    actions.on_case(return_change, case=notice.case, by=cast.reviewer, change=change, reason="Später.")
    # 2 November 2027 is the last day of the year after the notice of 2 November 2026.
    monday.move_to(dt.datetime(2027, 11, 2, 9, tzinfo=dt.UTC))
    change = proposed(notice, cast, ChangeKind.WITHDRAWAL, known_before)
    actions.on_case(return_change, case=notice.case, by=cast.reviewer, change=change, reason="Später.")
    monday.move_to(dt.datetime(2027, 11, 3, 9, tzinfo=dt.UTC))
    with pytest.raises(InvalidInputError, match=r"Die Frist dafür endete am 02\.11\.2027"):
        proposed(notice, cast, ChangeKind.WITHDRAWAL, known_before)


@pytest.mark.django_db(transaction=True)
def test_the_sign_of_the_site_names_a_correction_and_not_what_it_says(notice: IssuedDocument, cast: Cast) -> None:
    before = site_sign(notice.case, notice, Paper.A4)
    assert before.corrections == ()
    signed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    run_jobs()
    (correction,) = site_sign(notice.case, notice, Paper.A4).corrections
    assert correction.number == IssuedDocument.objects.get(kind="correction_notice").number
    assert correction.issued_on == TODAY


def test_deceit_is_not_bound_by_the_period(notice: IssuedDocument, cast: Cast) -> None:
    text = ChangeText(ground="deceit", reasons="Getäuscht.", hearing="Angehört.")
    assert proposed(notice, cast, ChangeKind.WITHDRAWAL, text).content["for_past"] is False


def test_a_refusal_is_corrected_but_not_revoked_here(
    application: PermitCase, cast: Cast, paper: RenderedDocument, monday: time_machine.Traveller
) -> None:
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    actions.on_case(waive_hearing, case=application, by=cast.second_officer, reason="Offensichtlich.")
    propose(application, cast, Outcome.REFUSED)
    sign(application, cast)
    refusal = issue(application, paper)
    with pytest.raises(StateError, match="setzt das Verfahren fort"):
        proposed(refusal, cast, ChangeKind.REVOCATION, REVOCATION)
    officer = Client()
    officer.force_login(cast.officer, backend=BACKEND)
    page = officer.get(reverse("staff_register", args=[application.uuid])).content.decode()
    assert "Bescheid berichtigen" in page
    assert "Eine Ablehnung lässt sich hier nicht zurücknehmen oder widerrufen" in page
    assert reverse("staff_revoke", args=[application.uuid, refusal.uuid]) not in page
    assert proposed(refusal, cast, ChangeKind.CORRECTION, CORRECTION).pk


@pytest.mark.django_db(transaction=True)
def test_a_change_that_cannot_be_issued_is_issued_again_from_the_page(notice: IssuedDocument, cast: Cast) -> None:
    change = signed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    case = notice.case
    record_failure(case=case, kind="revocation_notice", subject=str(change.uuid), error_id="fehler-1")
    assert FollowUp.objects.get(case=case, effect_key="issue-failed:fehler-1").text.startswith("Der Aufhebungsbescheid")
    assert not IssuedDocument.objects.filter(change=change).exists()
    officer = Client()
    officer.force_login(cast.officer, backend=BACKEND)
    page = officer.get(reverse("staff_register", args=[case.uuid])).content.decode()
    assert "Die Ausfertigung ist gescheitert" in page
    answer = officer.post(reverse("staff_change_again", args=[case.uuid, change.uuid]), follow=True)
    assert "Die Ausfertigung läuft erneut" in answer.content.decode()
    with pytest.raises(StateError, match=r"nicht \(mehr\) gescheitert"):
        issue_change_again(case=case, by=cast.officer, change=change)
    run_jobs()
    assert IssuedDocument.objects.filter(change=change).count() == 1
    assert RegisterEntry.objects.filter(act="revoked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_pages_lead_from_the_notice_to_its_revocation(notice: IssuedDocument, cast: Cast) -> None:
    case = notice.case
    officer, head = Client(), Client()
    officer.force_login(cast.officer, backend=BACKEND)
    head.force_login(cast.reviewer, backend=BACKEND)
    to = reverse("staff_revoke", args=[case.uuid, notice.uuid])
    form = {"ground": "requirement_unmet", "reasons": "Nicht erfüllt.", "hearing": "Gehört.", "known_on": "2026-11-02"}
    incomplete = officer.post(to, {**form, "hearing": ""})
    assert incomplete.status_code == 422
    assert "Nicht erfüllt." in incomplete.content.decode()
    preview = officer.post(to, {**form, "then": "preview"})
    assert preview.content.startswith(b"%PDF")
    assert not NoticeChange.objects.exists()
    assert "liegt zur Zweitzeichnung vor" in officer.post(to, form, follow=True).content.decode()
    change = NoticeChange.objects.get()
    shown = head.get(reverse("staff_register", args=[case.uuid])).content.decode()
    assert change.content_sha256 in shown
    assert head.get(reverse("staff_change_pdf", args=[case.uuid, change.uuid])).content.startswith(b"%PDF")
    signing = reverse("staff_change_sign", args=[case.uuid, change.uuid])
    assert head.post(signing, {"read": "on", "content_sha256": change.content_sha256}).status_code == 302
    run_jobs()
    shown = head.get(reverse("staff_register", args=[case.uuid])).content.decode()
    assert "Widerrufen" in shown
    assert f"{case.case_number}-W1" in shown
    service = head.get(reverse("staff_service", args=[case.uuid])).content.decode()
    assert service.index(f"{case.case_number}-W1") < service.index(notice.number), "the newest stands first"
    owner = Client()
    owner.force_login(cast.owner, backend=BACKEND)
    shown = owner.get(reverse("case_detail", args=[case.uuid])).content.decode()
    for words in ("Bescheid aufgehoben", "Widerruf eines Bescheids", f"{case.case_number}-W1"):
        assert words in shown


def test_the_register_is_searched_and_sent_as_a_table(notice: IssuedDocument, cast: Cast) -> None:
    auditor, stranger = Client(), Client()
    auditor.force_login(cast.auditor, backend=BACKEND)
    stranger.force_login(cast.owner, backend=BACKEND)
    address, table = reverse("authority_register"), reverse("authority_register_csv")
    assert notice.number in auditor.get(address).content.decode()
    for found in (
        {"suche": notice.case.case_number},
        {"eintrag": "issued"},
        {"von": "2026-11-02", "bis": "2026-11-02"},
    ):
        assert notice.number in auditor.get(address, found).content.decode(), found
    for missed in ({"suche": "99"}, {"eintrag": "revoked"}, {"von": "2026-11-03"}, {"bis": "2026-11-01"}, {"vor": "1"}):
        assert "Keine Einträge gefunden" in auditor.get(address, missed).content.decode(), missed
    for nonsense in (
        *({"von": "morgen"}, {"vor": "x" * 30}, {"eintrag": "'"}, {"suche": "\x00"}, {"art": "quatsch"}),
        {"von": "2026-11-03", "bis": "2026-11-02"},
    ):
        for asked in (address, table):
            refused = auditor.get(asked, nonsense)
            assert (refused.status_code, refused["Content-Type"]) == (422, "text/html; charset=utf-8"), nonsense
            assert "data-error-summary" in refused.content.decode(), nonsense
            assert notice.sha256 not in refused.content.decode()
            assert notice.case.case_number not in refused.content.decode()
    answer = auditor.get(table)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, row = text.splitlines()
    assert head.startswith("Nr.;Eingetragen;Vorgang;Eintrag")
    assert row.startswith("1;02.11.2026")
    assert row.split(";")[3:5] == ["Ausgefertigt", "Baugenehmigung"]
    assert notice.sha256 in row
    for page in (address, table):
        assert stranger.get(page).status_code == 404


def test_reading_the_register_takes_as_many_queries_for_many_entries_as_for_few(
    notice: IssuedDocument, cast: Cast
) -> None:
    auditor = Client()
    auditor.force_login(cast.auditor, backend=BACKEND)
    origin = notice.register_entry
    counts = []
    for number in range(2, 42):
        if number in (2, 41):
            with CaptureQueriesContext(connection) as queries:
                assert auditor.get(reverse("authority_register")).status_code == 200
                assert auditor.get(reverse("staff_register", args=[notice.case.uuid])).status_code == 200
            counts.append(len(queries))
        values = {
            field.name: getattr(origin, field.name)
            for field in RegisterEntry._meta.fields
            if field.name not in ("id", "uuid", "number", "act", "document", "origin", "former")
        }
        former = RegisterEntry.objects.order_by("-number").first()
        RegisterEntry.objects.create(
            **{**values, "legal_basis": "§ 42 VwVfG", "reason": "Probe"},
            number=number, act="corrected", origin=origin, former=former,
        )  # fmt: skip
    assert counts[0] == counts[1]
