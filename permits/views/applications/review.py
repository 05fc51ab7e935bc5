"""Everything on one page before it is submitted, and the receipt afterwards."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from permits.models import IssuedDocument, Level, PartyRole, PermitCase
from permits.parcel_numbers import parcel_label
from permits.selectors.applications import missing_documents, sections_of
from permits.selectors.clock import law_of
from permits.selectors.site_plans import current_plan, current_run, finding_cards
from permits.services.outbox import effect_key
from permits.views.access import SignedInRequest, case_page
from permits.views.applications.documents import shown_documents
from permits.views.applications.frame import crumbs, draft_page, page
from permits.views.applications.tasks import PAGES

DATA_TEXT = {True: "Ja", False: "Nein", None: ""}


@require_safe
@draft_page()
def application_review(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show the whole application with what is still missing."""
    return render_review(request, case)


def render_review(request: SignedInRequest, case: PermitCase, *, problem: str = "", status: int = 200) -> HttpResponse:
    """Render the review; ``problem`` is why a submission was refused."""
    law = law_of(case)
    sections = sections_of(case)
    context = page(
        case,
        "Prüfen und einreichen",
        problem=problem,
        procedure=law.procedure(case.procedure),
        gaps=[(section.title, reverse(PAGES[section.id], args=[case.uuid]), section.gaps) for section in sections],
        complete=all(section.complete for section in sections),
        missing_documents=missing_documents(case),
        proposal_rows=proposal_rows(case),
        parcels=[(parcel, parcel_label(parcel.parcel_id)) for parcel in case.site.parcels.order_by("parcel_id")],
        parties=party_rows(case),
        plan=current_plan(case),
        run=current_run(case),
        cards=finding_cards(current_run(case)),
        documents=shown_documents(case, law),
        identity=request.user.identities.order_by("pk").first(),
        urls={name: reverse(url, args=[case.uuid]) for name, url in PAGES.items()},
    )
    return render(request, "applications/review.html", context, status=status)


def proposal_rows(case: PermitCase) -> list[dict[str, Any]]:
    """Return the proposal as label and value."""
    proposal, law = case.proposal, law_of(case)
    measures = law.codes("measures")
    structures, classes = law.codes("structures"), law.codes("building_classes")
    structure = structures.get(proposal.structure_code)
    building_class = classes.get(proposal.building_class)
    rows: list[tuple[str, Any]] = [
        ("Bezeichnung", proposal.title),
        ("Art der Maßnahme", ", ".join(measures[code].label for code in proposal.measure_codes if code in measures)),
        ("Art der baulichen Anlage", structure.label if structure else ""),
        ("Überwiegend Wohnen", DATA_TEXT[proposal.is_residential]),
        ("Sonderbau", DATA_TEXT[proposal.is_special_building]),
        ("Schafft Wohnraum durch Nutzungsänderung", DATA_TEXT[proposal.creates_housing]),
        ("Gebäudeklasse", building_class.label if building_class else ""),
        ("Anzahl der Gebäude", proposal.building_count),
        ("Anzahl der Wohnungen", proposal.dwellings),
        ("Höhe", _number(proposal.height_m, "m")),
        ("Brutto-Rauminhalt", _number(proposal.gross_volume_m3, "m³")),
        ("Beschreibung", proposal.description),
        ("Beantragte Abweichungen", proposal.deviations_requested),
    ]
    return [{"key": key, "value": value} for key, value in rows if value not in ("", None)]


def _number(value: Any, unit: str) -> str:
    return f"{value} {unit}".replace(".", ",") if value is not None else ""


def party_rows(case: PermitCase, *, service: bool = True) -> list[dict[str, Any]]:
    """Return the people as label and text; ``service``: with how the notice will reach them as things stand."""
    law = law_of(case)
    entitlements, chambers = law.codes("entitlements"), law.codes("chambers")
    rows = []
    for party in case.parties.order_by("pk"):
        lines = list(party.address_lines)
        entitlement = entitlements.get(party.entitlement_code)
        chamber = chambers.get(party.chamber_code)
        lines += [entitlement.label] if entitlement else []
        lines += [f"{chamber.label} {party.chamber_number}".strip()] if chamber else []
        if service and party.role in (PartyRole.APPLICANT, PartyRole.REPRESENTATIVE):
            lines.append("Bekanntgabe über das Portal" if party.portal_consent_at else "Bekanntgabe mit der Post")
        rows.append({"key": PartyRole(party.role).label, "value": "\n".join(lines)})
    return rows


@require_safe
@case_page(Level.READ)
def application_receipt(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show that, when and with what the application was submitted."""
    if case.is_draft:
        return redirect("application_tasks", case.uuid)
    submission = case.submissions.order_by("number").first()
    assert submission is not None
    context = {
        "case": case,
        "title": "Eingangsbeleg",
        "crumbs": crumbs(case, ("Eingangsbeleg", "")),
        "submission": submission,
        "documents": submission.manifest["documents"],
        "receipt": _receipt(case),
        # Nothing of this changes after submission (§ 3a Abs. 5 VwVfG: a copy for the person who declared it).
        "proposal_rows": proposal_rows(case),
        "parties": party_rows(case, service=False),
        "parcels": [(parcel, parcel_label(parcel.parcel_id)) for parcel in case.site.parcels.order_by("parcel_id")],
    }
    return render(request, "applications/receipt.html", context)


@require_safe
@case_page(Level.READ)
def application_receipt_file(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The part of the page that waits until the worker has written the receipt."""
    return render(request, "applications/partials/receipt_file.html", {"case": case, "receipt": _receipt(case)})


def _receipt(case: PermitCase) -> IssuedDocument | None:
    submission = case.submissions.order_by("number").first()
    if submission is None:
        return None
    key = effect_key(kind="receipt", subject=str(submission.uuid))
    return IssuedDocument.objects.filter(effect_key=key).select_related("file").first()
