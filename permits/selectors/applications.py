"""The application as a whole: its sections, what is missing, and the copy that a submission freezes."""

from dataclasses import dataclass

from permits.law import Need, RequiredDocument
from permits.models import PartyRole, PermitCase, SubmittedDocument
from permits.selectors.clock import law_of, permit_fiction_applies


@dataclass(frozen=True)
class Section:
    """One task of the application: ``gaps`` are German sentences about what is still missing."""

    id: str
    title: str
    started: bool
    gaps: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps


def current_documents(case: PermitCase) -> list[SubmittedDocument]:
    """Return the documents of a case that were not taken out, with their versions, in the order of their codes."""
    documents = case.documents.filter(removed_at__isnull=True).prefetch_related(
        "versions__file", "versions__signature_reports"
    )
    return list(documents.order_by("document_type", "pk"))


def missing_documents(case: PermitCase) -> list[RequiredDocument]:
    """Return the documents that the procedure requires and that are not there yet (§ 69 Abs. 1 NBauO)."""
    present = set(case.documents.filter(removed_at__isnull=True).values_list("document_type", flat=True))
    required = law_of(case).required_documents(case.procedure)
    return [
        row for row in required if row.need == Need.REQUIRED and not row.by_form and not present.intersection(row.codes)
    ]


def sections_of(case: PermitCase) -> list[Section]:
    """Return the task list of an application, in the order in which people fill it in."""
    return [_site(case), _proposal(case), _parties(case), _site_plan(case), _documents(case)]


def _site(case: PermitCase) -> Section:
    parcels = case.site.parcels.count()
    gaps = () if parcels else ("Wählen Sie mindestens ein Flurstück.",)
    return Section("site", "Baugrundstück", bool(parcels), gaps)


def _proposal(case: PermitCase) -> Section:
    proposal = case.proposal
    wanted = {
        "title": "Bezeichnen Sie das Bauvorhaben.",
        "measure_codes": "Geben Sie die Art der Maßnahme an.",
        "structure_code": "Geben Sie die Art der baulichen Anlage an.",
        "is_special_building": "Geben Sie an, ob es sich um einen Sonderbau handelt.",
        "is_residential": "Geben Sie an, ob das Gebäude überwiegend dem Wohnen dient.",
    }
    gaps = [text for field, text in wanted.items() if getattr(proposal, field) in (None, "", [])]
    if proposal.is_special_building:
        gaps.append("Für Sonderbauten (§ 64 NBauO) ist das vereinfachte Verfahren nicht möglich.")
    if not gaps:
        # A clock hangs on these facts (§ 70a NBauO), so nobody should have to guess them afterwards.
        gaps += [f"Ergänzen Sie die Angabe: {name}." for name in permit_fiction_applies(case, law_of(case)).missing]
    return Section("proposal", "Bauvorhaben", bool(proposal.title or proposal.measure_codes), tuple(gaps))


def _parties(case: PermitCase) -> Section:
    parties = list(case.parties.all())
    gaps = []
    for role, text in (
        (PartyRole.APPLICANT, "Nennen Sie die Bauherrin oder den Bauherrn."),
        (PartyRole.DESIGNER, "Nennen Sie die Entwurfsverfasserin oder den Entwurfsverfasser (§ 53 NBauO)."),
    ):
        named = [party for party in parties if party.role == role]
        if not named:
            gaps.append(text)
        gaps += [
            f"Ergänzen Sie Name und Anschrift: {party.display_name or PartyRole(role).label}."
            for party in named
            if not (party.display_name and party.street and party.postal_code and party.city)
        ]
        if role == PartyRole.DESIGNER:
            gaps += [
                f"Geben Sie die Bauvorlageberechtigung an: {party.display_name}."
                for party in named
                if not party.entitlement_code
            ]
    return Section("parties", "Beteiligte", bool(parties), tuple(gaps))


def _site_plan(case: PermitCase) -> Section:
    present = case.site_plans.exists()
    gaps = () if present else ("Laden Sie einen Lageplan als Geometrie hoch, oder zeichnen Sie das Gebäude.",)
    return Section("site_plan", "Lageplan und Prüfung", present, gaps)


def _documents(case: PermitCase) -> Section:
    # Missing documents do not keep an application from being submitted: the authority asks for them (§ 69 NBauO).
    return Section("documents", "Bauvorlagen", case.documents.filter(removed_at__isnull=True).exists(), ())


def missing_for_submission(case: PermitCase) -> list[str]:
    """Return what keeps the application from being submitted, as German sentences."""
    return [gap for section in sections_of(case) for gap in section.gaps]


def application_snapshot(case: PermitCase) -> dict[str, object]:
    """Return everything that the application says, as JSON values, named after XBau 2.6 message 0200 where it can be.

    Files stand with their SHA-256, so that the hash over this copy binds their content, too.
    """
    proposal, site = case.proposal, case.site
    plan = case.site_plans.order_by("-number").first()
    return {
        "case": str(case.uuid),
        "authority": str(case.authority.uuid),
        "procedure": case.procedure,
        "submitted_at": case.submitted_at.isoformat() if case.submitted_at else None,
        "proposal": {
            field.name: _value(getattr(proposal, field.name))
            for field in proposal._meta.concrete_fields
            if field.name not in {"id", "case"}
        },
        "buildings": [{"uuid": str(building.uuid), "label": building.label} for building in case.buildings.all()],
        "parties": [
            {
                field.name: _value(getattr(party, field.name))
                for field in party._meta.concrete_fields
                if field.name not in {"id", "case", "user", "sort_key"}
            }
            for party in case.parties.order_by("pk")
        ],
        "site": {
            "address": {name: getattr(site, name) for name in ("street", "house_number", "postal_code", "city")},
            "parcels": [
                {
                    "parcel_id": parcel.parcel_id,
                    "district_name": parcel.district_name,
                    "official_area_m2": parcel.official_area_m2,
                    "snapshot": parcel.snapshot_id,
                    "wkt": parcel.geometry.wkt,
                }
                for parcel in site.parcels.order_by("parcel_id")
            ],
        },
        "site_plan": {"number": plan.number, "sha256": plan.file.sha256} if plan else None,
        "documents": [
            {
                "uuid": str(document.uuid),
                "type": document.document_type,
                "title": document.title,
                "versions": [
                    {"number": version.number, "name": version.original_name, "sha256": version.file.sha256}
                    for version in document.versions.all()
                ],
            }
            for document in current_documents(case)
        ],
    }


def _value(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool | list) else str(value)
