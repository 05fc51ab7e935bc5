"""The overview of a case: key facts, people, parcels, submissions, relations."""

from collections.abc import Iterable
from dataclasses import dataclass

from permits.law import Law, LawPackError
from permits.models import Assurance, CaseRelation, IssuedDocument, Party, PartyRole, PermitCase, Submission
from permits.parcel_numbers import parcel_label
from permits.selectors.clock import FictionAnswer, law_of, permit_fiction_applies

# Areas that differ by more than this share are pointed out (as the checks do).
AREA_SHARE = 0.01


@dataclass(frozen=True)
class ParcelFact:
    """A parcel of the site: areas in m²; ``differs`` where official and planar area are apart by more than 1 %."""

    parcel_id: str
    label: str
    district: str
    official_m2: float | None
    planar_m2: float
    snapshot: str

    @property
    def differs(self) -> bool:
        """Whether an officer should look at the area."""
        return self.official_m2 is not None and abs(self.planar_m2 - self.official_m2) > AREA_SHARE * self.official_m2


@dataclass(frozen=True)
class SubmissionFact:
    """A submission, with the German words for the identity behind it."""

    submission: Submission
    assurance: str
    is_test: bool


@dataclass(frozen=True)
class Overview:
    """Everything of the overview page."""

    procedure: str
    facts: tuple[tuple[str, str], ...]
    parties: tuple[Party, ...]
    parcels: tuple[ParcelFact, ...]
    site_m2: float
    submissions: tuple[SubmissionFact, ...]
    fiction: FictionAnswer
    relations: tuple[CaseRelation, ...]
    related_from: tuple[CaseRelation, ...]
    issued: tuple[IssuedDocument, ...]
    consents: tuple[Party, ...]


def overview(case: PermitCase) -> Overview:
    """Return the overview of a case."""
    law = law_of(case)
    parcels = tuple(
        ParcelFact(
            parcel_id=parcel.parcel_id,
            label=parcel_label(parcel.parcel_id),
            district=parcel.district_name,
            official_m2=parcel.official_area_m2,
            planar_m2=parcel.geometry.area,
            snapshot=parcel.snapshot_id,
        )
        for parcel in case.site.parcels.order_by("parcel_id")
    )
    parties = tuple(case.parties.order_by("pk"))
    return Overview(
        procedure=law.procedure(case.procedure).title,
        facts=tuple(_facts(case, law)),
        parties=parties,
        parcels=parcels,
        site_m2=sum(fact.official_m2 if fact.official_m2 is not None else fact.planar_m2 for fact in parcels),
        submissions=tuple(
            _submission(row) for row in case.submissions.select_related("submitted_by").order_by("number")
        ),
        fiction=permit_fiction_applies(case, law),
        relations=tuple(case.relations.select_related("related")),
        related_from=tuple(case.related_from.select_related("case")),
        issued=tuple(case.issued_documents.defer("html", "css", "context")),
        consents=tuple(party for party in parties if party.role in (PartyRole.APPLICANT, PartyRole.REPRESENTATIVE)),
    )


def _submission(row: Submission) -> SubmissionFact:
    known = row.identity_assurance in Assurance.values
    label = str(Assurance(row.identity_assurance).label) if known else row.identity_assurance
    return SubmissionFact(row, label, row.identity_assurance == Assurance.TEST)


def _facts(case: PermitCase, law: Law) -> Iterable[tuple[str, str]]:
    proposal = case.proposal
    yield "Beschreibung", proposal.description
    yield "Art der Maßnahme", ", ".join(_label(law, "measures", code) for code in proposal.measure_codes)
    yield "Art der baulichen Anlage", _label(law, "structures", proposal.structure_code)
    yield "Gebäudeklasse", _label(law, "building_classes", proposal.building_class)
    yield "Wohnungen", _number(proposal.dwellings)
    yield "Höhe", _number(proposal.height_m, "m")
    yield "Brutto-Rauminhalt", _number(proposal.gross_volume_m3, "m³")
    yield "Überwiegend Wohnnutzung", _answer(proposal.is_residential)
    yield "Nutzungsänderung schafft Wohnraum", _answer(proposal.creates_housing)
    yield "Sonderbau", _answer(proposal.is_special_building)
    yield "Beantragte Abweichungen", proposal.deviations_requested


def _label(law: Law, table: str, code: str) -> str:
    if not code:
        return ""
    try:
        return law.code(table, code).label
    except LawPackError:
        return code


def _number(value: object, unit: str = "") -> str:
    return "" if value is None else f"{value} {unit}".strip().replace(".", ",")


def _answer(value: bool | None) -> str:
    return "unbekannt" if value is None else "ja" if value else "nein"
