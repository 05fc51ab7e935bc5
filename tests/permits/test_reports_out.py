"""Check report, index of the file and building-site sign: what they hold, for whom, and what they keep back."""

import html
import io
import json

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from permits.models import CheckResult, PermitCase, Verdict
from permits.selectors.authorship import Authorship
from permits.selectors.decision_content import latest_run
from permits.services.assessment import add_condition, review_result
from permits.services.reports_out import (
    NothingToPrintError,
    permit_in_force,
    print_check_report,
    print_file_index,
    print_site_sign,
)
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.workflows.village import fill_in, issue, propose, sign, to_assessment, to_signed
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def text_of(pdf: bytes) -> str:
    """All text on one line, no-break spaces and breaks inside words as people read them."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return " ".join(" ".join(pages).replace("\u00a0", " ").replace("\ufffe", "").split())


def data_of(pdf: bytes) -> str:
    """The data that travels inside the PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        [content] = [document.attachments[key].get_file().read_bytes() for key in document.attachments]
        return content.decode()


@pytest.fixture
def assessed(draft: PermitCase, cast: Cast) -> PermitCase:
    """The town's house in assessment, one result confirmed and one seen otherwise by the officer."""
    to_assessment(draft, cast)
    run = latest_run(draft)
    assert run is not None
    confirmed, overridden = run.results.get(check_id="site_coverage"), run.results.get(check_id="boundary_distance")
    actions.on_case(review_result, case=draft, by=cast.officer, result=confirmed, verdict=confirmed.verdict, reason="")
    actions.on_case(
        review_result,
        case=draft,
        by=cast.officer,
        result=overridden,
        verdict=Verdict.FAILED,
        reason="Der Anbau nach Osten fehlt im Lageplan.",
    )
    return draft


def test_the_report_of_the_authority_holds_every_result_with_its_evidence(assessed: PermitCase, cast: Cast) -> None:
    run = latest_run(assessed)
    assert run is not None
    report = print_check_report(case=assessed, internal=True)
    assert report.file_name == f"Prüfbericht {assessed.case_number}.pdf"
    text = text_of(report.pdf)
    data = json.loads(data_of(report.pdf))["document"]
    results = {row["check"]: row for row in data["results"]}
    stored = CheckResult.objects.filter(run=run)
    assert set(results) == {row.check_id for row in stored}
    for row in stored:
        shown = results[row.check_id]
        assert (shown["verdict"], shown["message"], shown["legal_basis"]) == (row.verdict, row.message, row.legal_basis)
        assert [step["formula"] for step in shown["steps"]] == [step["formula"] for step in row.details["steps"]]
        assert shown["assumptions"] == row.details["assumptions"]
        assert shown["unverified"] == row.details["unverified"]
        assert (shown["drawn"] is not None) == hasattr(row, "drawing")
    snapshots = {row["snapshot_id"] for result in stored for row in result.details["sources"]}
    assert {row["snapshot"] for row in data["sources"]} == snapshots
    assert run.site_plan.file.sha256 in text.replace(" ", "")
    assert run.rules_version in text.replace(" ", "")
    assert "Ungeprüfte Rechtswerte" in text
    assert "Bewertung der Behörde" in text
    assert "Der Anbau nach Osten fehlt im Lageplan." in text
    assert cast.officer.full_name in text
    assert "Nachbarn" in text
    assert data["neighbours"]["rows"]


def test_what_an_officer_sees_otherwise_is_to_be_noted(assessed: PermitCase) -> None:
    text = text_of(print_check_report(case=assessed, internal=True).pdf)
    attention = text[text.index("II. Zu beachten") : text.index("III. Eingehalten")]
    assert "Grenzabstand: eingehalten" in attention
    assert "Abweichend bewertet: nicht eingehalten" in attention


def test_applicants_read_the_report_without_assessments_and_neighbours(assessed: PermitCase, cast: Cast) -> None:
    report = print_check_report(case=assessed, internal=False)
    both = text_of(report.pdf) + data_of(report.pdf)
    assert "Grenzabstand" in both
    assert "Der Anbau nach Osten" not in both
    assert '"reviews": []' in both
    assert '"neighbours": null' in both
    assert "Abweichend bewertet" not in both
    assert "Automatische Prüfung, nicht die Bewertung der Behörde." in both


def test_the_index_names_roles_and_hashes_and_no_author_by_name(
    draft: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_signed(draft, cast)
    document = issue(draft, paper)
    pdf = print_file_index(case=draft).pdf
    text = text_of(pdf)
    joined = text.replace(" ", "")
    [version] = [row for item in draft.documents.all() for row in item.versions.all()]
    assert version.original_name in text
    assert version.file.sha256 in joined
    assert document.number in text
    assert document.sha256 in joined
    assert draft.submissions.get().sha256 in joined
    assert draft.decision.versions.get().content_sha256 in joined
    assert draft.audit_chain.head_hash in joined
    assert f"hat {draft.audit_chain.head_sequence} Einträge" in text
    assert {"Bauherrschaft", "Sachbearbeitung", "Leitung", "System"} <= set(text.replace(",", " ").split())
    for person in (cast.officer, cast.reviewer, cast.registry):
        assert person.full_name not in text


def test_authorship_knows_authority_before_party(draft: PermitCase, cast: Cast) -> None:
    by = Authorship(draft)
    assert by.of(cast.owner) == "Bauherrschaft"
    assert by.of(cast.designer) == "Entwurfsverfassung"
    assert by.of(cast.officer) == "Sachbearbeitung"
    assert by.of(cast.reviewer) == "Leitung"
    assert by.of(cast.stranger) == "Antragstellerseite"
    assert by.of(None) == "System"


def test_a_sign_waits_for_the_permit_and_for_its_retrieval(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    with pytest.raises(NothingToPrintError, match="erst, wenn eine Baugenehmigung erteilt ist"):
        print_site_sign(case=application, reader=None, paper="A4")
    to_signed(application, cast)
    document = issue(application, paper)
    application.refresh_from_db()
    assert permit_in_force(application) == document
    with pytest.raises(NothingToPrintError, match="zuerst den Bescheid ab"):
        print_site_sign(case=application, reader=cast.owner, paper="A4")
    actions.record_retrieval(case=application, by=cast.owner, service=document.services.get(party__user=cast.owner))
    assert print_site_sign(case=application, reader=cast.owner, paper="a3").file_name.endswith(" A3.pdf")


def test_a_sign_says_what_the_law_wants_and_no_more_about_people(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    to_assessment(application, cast)
    values = {"kind": "requirement", "stage": "before_start", "text": "Absteckung nachweisen."}
    actions.on_case(add_condition, case=application, by=cast.officer, values=values)
    actions.finish_assessment(case=application, by=cast.officer)
    propose(application, cast)
    sign(application, cast)
    document = issue(application, paper)
    application.refresh_from_db()
    pdf = print_site_sign(case=application, reader=None, paper="").pdf
    text = text_of(pdf)
    assert application.proposal.title in text
    assert document.number in text
    assert document.verification_code in text
    assert f"/{document.number}/" in text.replace(" ", "")
    assert "Anna Brandt" in text
    assert "Bauleiterin / Bauleiter" in text
    # That nobody has compared the rule with its source is kept in the data: passers-by could do nothing with it.
    assert '"unverified": true' in data_of(pdf)
    assert "noch nicht mit der Quelle verglichen" not in text
    assert "darf erst begonnen werden" in text
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    hidden = text + data_of(pdf)
    party = application.parties.get(role="applicant")
    for secret in (party.email, party.phone, cast.officer.full_name, cast.owner.email):
        assert not secret or secret not in hidden


def test_pages_lead_to_the_papers_and_say_so_where_there_is_nothing_yet(
    application: PermitCase, cast: Cast, client: Client
) -> None:
    client.force_login(cast.owner)
    answer = client.get(reverse("check_report", args=[application.uuid]), follow=True)
    assert "noch keinen Prüflauf" in html.unescape(answer.content.decode())
    to_assessment(application, cast)
    answer = client.get(reverse("site_sign", args=[application.uuid]), follow=True)
    assert "Ein Bauschild gibt es erst" in html.unescape(answer.content.decode())
    client.force_login(cast.officer)
    page = client.get(reverse("staff_documents", args=[application.uuid])).content.decode()
    assert reverse("staff_file_index", args=[application.uuid]) in page
    answer = client.get(reverse("staff_file_index", args=[application.uuid]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")


def test_strangers_and_other_authorities_find_nothing(application: PermitCase, cast: Cast, client: Client) -> None:
    to_assessment(application, cast)
    names = ("check_report", "site_sign", "staff_check_report", "staff_file_index", "staff_site_sign")
    for person in (cast.stranger, cast.other_officer, cast.consultee):
        client.force_login(person)
        assert {client.get(reverse(name, args=[application.uuid])).status_code for name in names} == {404}
    client.force_login(cast.owner)
    staff_only = [name for name in names if name.startswith("staff_")]
    assert {client.get(reverse(name, args=[application.uuid])).status_code for name in staff_only} == {404}


def test_a_draft_of_somebody_else_is_not_printed(
    application: PermitCase, cast: Cast, village: object, client: Client
) -> None:
    other = fill_in(cast, application.authority)
    client.force_login(cast.officer)
    assert client.get(reverse("check_report", args=[other.uuid])).status_code == 404
