"""The authority's side of the main job, through its pages: from the worklist to a served notice."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from permits.models import (
    CaseStatus,
    CheckResult,
    Condition,
    Decision,
    DecisionState,
    FollowUp,
    IssuedDocument,
    PermitCase,
    ServiceState,
)
from permits.services.hearings import answer_hearing
from tests.cast import Cast
from tests.jobs import run_jobs
from workflows import actions

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
PAGES = (
    "pruefung",
    "unterlagen",
    "vollstaendigkeit",
    "nebenbestimmungen",
    "entscheidung",
    "bekanntgabe",
    "nachrichten",
    "vermerke",
    "fristen",
    "verlauf",
)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def case(draft: PermitCase, cast: Cast) -> PermitCase:
    actions.submit(case=draft, by=cast.owner)
    return draft


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def address(case: PermitCase, page: str = "") -> str:
    return f"/vorgaenge/{case.uuid}/akte/{page}/" if page else f"/vorgaenge/{case.uuid}/"


def every_page(client: Client, case: PermitCase) -> None:
    for page in ("", *PAGES):
        response = client.get(address(case, page))
        assert response.status_code == 200, page
        assert case.case_number in response.content.decode(), page


def test_officer_and_head_bring_a_case_to_a_served_notice(case: PermitCase, cast: Cast) -> None:
    officer, head = signed_in(cast.officer), signed_in(cast.reviewer)
    listed = officer.get("/vorgaenge/").content.decode()
    assert case.case_number in listed
    assert "Vollständigkeit prüfen · Sachbearbeitung" in listed
    every_page(officer, case)

    found = officer.post(
        address(case, "zuweisen"), {"assigned_to": str(cast.officer.uuid)}, follow=True
    ).content.decode()
    assert "Bearbeitung: Clara Vogt" in found
    assert officer.post(address(case, "vollstaendig"))["Location"] == address(case, "pruefung")

    result = CheckResult.objects.filter(run__case=case).first()
    assert result is not None
    assert officer.post(address(case, f"pruefergebnis/{result.uuid}"), {"verdict": result.verdict}).status_code == 302
    condition = {"kind": "requirement", "stage": "before_start", "text": "Der Baubeginn ist anzuzeigen."}
    assert officer.post(address(case, "nebenbestimmung"), condition).status_code == 302
    every_page(officer, case)

    assert officer.post(address(case, "pruefung/abschliessen"))["Location"] == address(case, "entscheidung")
    page = officer.get(address(case, "entscheidung")).content.decode()
    assert "wird Ihnen die Baugenehmigung für das Vorhaben" in page
    draft = {"outcome": "granted", "operative_part": "Die Baugenehmigung wird erteilt.", "reasons": "", "revision": "1"}
    preview = officer.post(address(case, "entwurf/vorschau"), draft)
    assert preview["Content-Type"] == "application/pdf"
    assert preview.content.startswith(b"%PDF")
    assert officer.post(address(case, "entwurf"), draft | {"then": "propose"}).status_code == 302
    every_page(officer, case)

    assert "1 zur Zeichnung" in head.get("/vorgaenge/").content.decode()
    version = case.decision.versions.get()
    assert head.get(address(case, f"entscheidung/{version.uuid}/vorschau")).content.startswith(b"%PDF")
    signature = {"content_sha256": version.content_sha256, "read": "on"}
    assert head.post(address(case, "zeichnen"), signature).status_code == 302
    run_jobs()
    case.refresh_from_db()
    assert case.status == CaseStatus.GRANTED
    every_page(head, case)
    notice = IssuedDocument.objects.get(case=case, kind="permit_notice")
    assert officer.get(address(case, f"schriftstuecke/{notice.uuid}")).getvalue().startswith(b"%PDF")
    service = notice.services.get()
    actions.record_retrieval(case=case, by=cast.owner, service=service)
    assert "03.12.2026" in officer.get(address(case, "bekanntgabe")).content.decode()


def test_request_for_information_is_sent_extended_and_ends_as_deemed_withdrawal(
    case: PermitCase, cast: Cast, monday: time_machine.Traveller
) -> None:
    officer = signed_in(cast.officer)
    finding = {"kind": "05", "document_type": "1805", "document": "", "text": "Der Schnitt fehlt."}
    page = officer.post(address(case, "befund"), finding, follow=True).content.decode()
    assert "Der Schnitt fehlt." in page
    officer.post(address(case, "nachfordern"), {"due_on": "2026-12-02", "text": ""})
    page = officer.get(address(case, "vollstaendigkeit")).content.decode()
    assert "02.12.2026" in page
    assert "23.12.2026" in page
    answer = officer.post(address(case, "nachforderung/verlaengern"), {"until": "2026-12-31"})
    assert answer.status_code == 422
    assert "höchstens" in answer.content.decode()
    assert officer.post(address(case, "nachforderung/verlaengern"), {"until": "2026-12-16"}).status_code == 302
    assert officer.post(address(case, "gilt-als-zurueckgenommen")).status_code == 409
    monday.move_to(dt.datetime(2027, 1, 20, 9, 0, tzinfo=dt.UTC))
    assert "überschritten" in signed_in(cast.officer).get("/vorgaenge/?ansicht=overdue").content.decode()
    assert signed_in(cast.officer).post(address(case, "gilt-als-zurueckgenommen")).status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.DEEMED_WITHDRAWN


def to_draft(case: PermitCase, cast: Cast) -> None:
    actions.confirm_completeness(case=case, by=cast.officer)
    actions.finish_assessment(case=case, by=cast.officer)


def test_refusal_needs_reasons_and_a_hearing_or_the_reason_for_none(case: PermitCase, cast: Cast) -> None:
    to_draft(case, cast)
    officer = signed_in(cast.officer)
    refusal = {"outcome": "refused", "operative_part": "Der Antrag wird abgelehnt.", "reasons": "", "then": "propose"}
    answer = officer.post(address(case, "entwurf"), refusal)
    assert answer.status_code == 422
    assert "§ 39 VwVfG" in answer.content.decode()
    refusal |= {"reasons": "Der Grenzabstand fehlt."}
    answer = officer.post(address(case, "entwurf"), refusal)
    assert answer.status_code == 409
    assert "§ 28 VwVfG" in answer.content.decode()
    assert "Der Grenzabstand fehlt." in answer.content.decode()
    assert "Ihr Text ist noch nicht gespeichert" in answer.content.decode()
    assert not Decision.objects.filter(case=case).exists()
    assert (
        officer.post(
            address(case, "anhoerung/absehen"), {"reason": "Der Antrag war offensichtlich aussichtslos."}
        ).status_code
        == 302
    )
    assert officer.post(address(case, "entwurf"), refusal).status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.DECISION_DRAFTED


def test_whoever_wrote_cannot_sign_and_is_told_why(case: PermitCase, cast: Cast) -> None:
    to_draft(case, cast)
    head = signed_in(cast.reviewer)
    draft = {"outcome": "granted", "operative_part": "Erteilt.", "revision": "1", "then": "propose"}
    assert head.post(address(case, "entwurf"), draft).status_code == 302
    page = head.get(address(case, "entscheidung")).content.decode()
    assert "Sie können diese Fassung nicht zeichnen" in page
    version = case.decision.versions.get()
    answer = head.post(address(case, "zeichnen"), {"content_sha256": version.content_sha256, "read": "on"})
    assert answer.status_code == 409
    assert "eine andere Person" in answer.content.decode()
    version.refresh_from_db()
    assert version.state == DecisionState.PROPOSED


def test_returned_version_comes_back_with_reason_and_word_by_word_changes(case: PermitCase, cast: Cast) -> None:
    to_draft(case, cast)
    officer, head = signed_in(cast.officer), signed_in(cast.reviewer)
    draft = {
        "outcome": "granted",
        "operative_part": "Die Genehmigung wird erteilt.",
        "revision": "1",
        "then": "propose",
    }
    officer.post(address(case, "entwurf"), draft)
    assert head.post(address(case, "zurueckgeben"), {"reason": ""}).status_code == 422
    assert head.post(address(case, "zurueckgeben"), {"reason": "Bitte das Vorhaben nennen."}).status_code == 302
    page = officer.get(address(case, "entscheidung")).content.decode()
    assert "Bitte das Vorhaben nennen." in page
    revision = case.decision.versions.latest("number").revision
    draft |= {"operative_part": "Die Genehmigung für das Haus wird erteilt.", "revision": str(revision)}
    assert officer.post(address(case, "entwurf"), draft).status_code == 302
    page = head.get(address(case, "entscheidung")).content.decode()
    assert "Fassung 2 im Vergleich mit Fassung 1" in page
    assert "</span>für das Haus <span" in page


def test_stale_draft_overwrites_nothing_and_keeps_what_was_typed(case: PermitCase, cast: Cast) -> None:
    to_draft(case, cast)
    first, second = signed_in(cast.officer), signed_in(cast.second_officer)
    mine = {"outcome": "granted", "operative_part": "Text von Clara.", "reasons": "", "revision": "1"}
    theirs = mine | {"operative_part": "Text von Jonas."}
    assert first.post(address(case, "entwurf"), mine).status_code == 302
    answer = second.post(address(case, "entwurf"), theirs)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Text von Jonas." in page
    assert "Text von Clara." in page
    assert case.decision.versions.get().operative_part == "Text von Clara."
    # Having seen both texts, the person may save; the form carries the new revision.
    assert 'name="revision" value="2"' in page
    assert second.post(address(case, "entwurf"), theirs | {"revision": "2"}).status_code == 302


def test_conditions_are_changed_and_taken_out(case: PermitCase, cast: Cast) -> None:
    actions.confirm_completeness(case=case, by=cast.officer)
    officer = signed_in(cast.officer)
    values = {"kind": "requirement", "stage": "general", "text": "Erste Fassung.", "reason": "", "legal_basis": ""}
    assert officer.post(address(case, "nebenbestimmung"), values | {"text": " "}).status_code == 422
    officer.post(address(case, "nebenbestimmung"), values)
    condition = Condition.objects.get(case=case)
    assert "Erste Fassung." in officer.get(address(case, f"nebenbestimmung/{condition.uuid}")).content.decode()
    officer.post(address(case, f"nebenbestimmung/{condition.uuid}"), values | {"text": "Zweite Fassung."})
    assert "Zweite Fassung." in officer.get(address(case, "nebenbestimmungen")).content.decode()
    officer.post(address(case, f"nebenbestimmung/{condition.uuid}/entfernen"))
    assert "Zweite Fassung." not in officer.get(address(case, "nebenbestimmungen")).content.decode()


def test_override_of_a_check_needs_a_reason_and_both_are_kept(case: PermitCase, cast: Cast) -> None:
    actions.confirm_completeness(case=case, by=cast.officer)
    officer = signed_in(cast.officer)
    result = CheckResult.objects.filter(run__case=case).exclude(verdict="failed").first()
    assert result is not None
    path = address(case, f"pruefergebnis/{result.uuid}")
    answer = officer.post(path, {"verdict": "failed", "reason": ""})
    assert answer.status_code == 422
    assert "Bitte begründen Sie" in answer.content.decode()
    officer.post(path, {"verdict": "failed", "reason": "Der Bestand steht näher."})
    officer.post(path, {"verdict": result.verdict, "reason": ""})
    page = officer.get(address(case, "pruefung")).content.decode()
    assert "Rechenweg" in page
    assert "Der Bestand steht näher." in page
    assert result.reviews.count() == 2
    runs = case.check_runs.count()
    assert officer.post(address(case, "neu-pruefen")).status_code == 302
    assert case.check_runs.count() == runs + 1


def test_posting_day_begins_the_remedy_period_and_both_readings_are_shown(
    draft: PermitCase, cast: Cast, monday: time_machine.Traveller
) -> None:
    from permits.services.drafts import set_portal_consent

    set_portal_consent(case=draft, by=cast.owner, party=draft.parties.get(role="applicant"), consents=False)
    actions.submit(case=draft, by=cast.owner)
    to_draft(draft, cast)
    actions.save_decision(case=draft, by=cast.officer, outcome="granted", operative_part="Erteilt.", reasons="")  # type: ignore[arg-type]
    proposed = actions.propose_decision(case=draft, by=cast.officer)
    actions.sign_decision(case=draft, by=cast.reviewer, content_sha256=proposed.content_sha256)
    run_jobs()
    officer = signed_in(cast.officer)
    assert "ausdrucken, zur Post geben" in officer.get("/vorgaenge/").content.decode()
    service = IssuedDocument.objects.get(case=draft, kind="permit_notice").services.get()
    path = address(draft, f"bekanntgabe/{service.uuid}/post")
    monday.move_to(dt.datetime(2026, 11, 4, 9, 0, tzinfo=dt.UTC))
    officer = signed_in(cast.officer)
    assert officer.post(path, {"posted_on": "2026-11-01"}).status_code == 422
    assert officer.post(path, {"posted_on": "2026-11-04"}).status_code == 302
    assert officer.post(path, {"posted_on": "2026-11-04"}).status_code == 409
    service.refresh_from_db()
    assert service.state == ServiceState.SERVED
    page = officer.get(address(draft, "bekanntgabe")).content.decode()
    # The fourth day after 4 November 2026 is a Sunday.
    assert "08.11.2026" in page
    assert "09.11.2026" in page
    assert "Umstritten" in page


def test_messages_notes_and_follow_ups(case: PermitCase, cast: Cast) -> None:
    officer = signed_in(cast.officer)
    officer.post(address(case, "nachricht"), {"text": "Bitte melden Sie sich."})
    assert "Bitte melden Sie sich." in officer.get(address(case, "nachrichten")).content.decode()
    officer.post(address(case, "vermerk"), {"text": "Ortstermin am Freitag."})
    officer.post(address(case, "wiedervorlage"), {"due_on": "2026-11-02", "text": "Antwort prüfen"})
    page = officer.get(address(case, "vermerke")).content.decode()
    assert "Ortstermin am Freitag." in page
    assert "Antwort prüfen" in officer.get("/vorgaenge/").content.decode()
    follow_up = FollowUp.objects.get(case=case, text="Antwort prüfen")
    officer.post(address(case, f"wiedervorlage/{follow_up.uuid}/erledigt"))
    assert "Antwort prüfen" not in officer.get("/vorgaenge/").content.decode()
    assert officer.post(address(case, "nachricht"), {"text": ""}).status_code == 422


def test_hearing_is_held_and_its_answer_lets_the_refusal_go_on(case: PermitCase, cast: Cast) -> None:
    to_draft(case, cast)
    officer = signed_in(cast.officer)
    proposed = officer.get(address(case, "entscheidung")).context["hearing_form"]["due_on"].value()
    assert proposed == dt.date(2026, 11, 16)
    past = officer.post(address(case, "anhoerung"), {"text": "Der Grenzabstand fehlt.", "due_on": "2026-11-02"})
    assert past.status_code == 422
    assert "Der Grenzabstand fehlt." in past.content.decode()
    held = {"text": "Der Grenzabstand fehlt.", "due_on": "2026-11-16"}
    assert officer.post(address(case, "anhoerung"), held).status_code == 302
    assert "16.11.2026" in officer.get("/vorgaenge/").content.decode()
    refusal = {"outcome": "refused", "operative_part": "Abgelehnt.", "reasons": "Abstand.", "revision": "1"}
    answer = officer.post(address(case, "entwurf"), refusal | {"then": "propose"})
    assert answer.status_code == 409
    assert "läuft noch bis 16.11.2026" in answer.content.decode()
    actions.on_case(answer_hearing, case=case, by=cast.owner, statement="Der Nachbar stimmt zu.")
    assert "Der Nachbar stimmt zu." in officer.get(address(case, "entscheidung")).content.decode()
    refusal |= {"then": "propose"}
    assert officer.post(address(case, "entwurf"), refusal).status_code == 302


def test_review_of_a_result_that_was_computed_anew_is_refused(case: PermitCase, cast: Cast) -> None:
    actions.confirm_completeness(case=case, by=cast.officer)
    officer = signed_in(cast.officer)
    old = CheckResult.objects.filter(run__case=case).first()
    assert old is not None
    officer.post(address(case, "neu-pruefen"))
    answer = officer.post(address(case, f"pruefergebnis/{old.uuid}"), {"verdict": old.verdict})
    assert answer.status_code == 409
    assert "Inzwischen wurde neu geprüft" in answer.content.decode()


def test_every_page_of_a_withdrawn_case_can_be_read_and_offers_nothing_to_process(case: PermitCase, cast: Cast) -> None:
    actions.withdraw(case=case, by=cast.owner, reason="Umgeplant")
    officer = signed_in(cast.officer)
    every_page(officer, case)
    assert case.case_number in officer.get("/vorgaenge/?ansicht=closed").content.decode()
    for page in ("vollstaendig", "pruefung/abschliessen", "neu-pruefen"):
        assert officer.post(address(case, page)).status_code == 409, page
    form = {"outcome": "granted", "operative_part": "Doch.", "revision": "1"}
    answer = officer.post(address(case, "entwurf"), form)
    assert answer.status_code == 409
    assert "Doch." in answer.content.decode()


def test_unknown_permit_fiction_is_shown_as_unknown(draft: PermitCase, cast: Cast) -> None:
    actions.submit(case=draft, by=cast.owner)
    draft.proposal.is_residential = None
    draft.proposal.save()
    page = signed_in(cast.officer).get(address(draft)).content.decode()
    assert "Ob die Genehmigungsfiktion gilt, steht noch nicht fest" in page
    assert "Testzugang" in page


def test_preview_names_characters_that_no_font_prints(case: PermitCase, cast: Cast) -> None:
    to_draft(case, cast)
    form = {"outcome": "granted", "operative_part": "Erteilt 😀.", "reasons": "", "revision": "1"}
    answer = signed_in(cast.officer).post(address(case, "entwurf/vorschau"), form)
    assert answer.status_code == 422
    assert "😀" in answer.content.decode()
