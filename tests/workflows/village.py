"""The smallest land on which a case can be filed, and the steps of a case, each one action away from the next.

Most tests of procedure need no town: two parcels of Musterstadt and one of Beispielhausen, a house of 10 × 10 m, no
upload. The time is Monday, 2 November 2026, 10:00 in Berlin, unless a test says otherwise.
"""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from viewflow.workflow.models import Task

from demo.authorities import authority_uuid
from gis.importing import ImportRequest, import_features
from permits.models import (
    Decision,
    DecisionVersion,
    FindingKind,
    IssuedDocument,
    Outcome,
    Party,
    PartyRole,
    PermitAuthority,
    PermitCase,
    User,
)
from permits.services.checking import save_site_plan
from permits.services.completeness import add_finding
from permits.services.decisions import mark_issued
from permits.services.documents import upload_document
from permits.services.documents_out import PreparedDocument, new_code
from permits.services.drafts import create_draft, save_party, save_proposal, set_portal_consent
from permits.services.issuing import issue_document
from permits.services.layers import SnapshotRecord, publish_snapshot
from permits.services.sites import choose_parcels
from reports.pdf import RenderedDocument, render_document
from reports.samples import SAMPLES
from reports.seal import SealedPdf
from tests.cast import MINIMAL_PDF, OWNER_ADDRESS, Cast
from workflows import actions
from workflows.permit_flow import PermitFlow

MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
EAST, NORTH = 550_000.0, 5_800_000.0
PARCEL, NEIGHBOUR, ELSEWHERE = "03990100100007______", "03990100100008______", "03990200100001______"
TENOR = "Die Baugenehmigung wird erteilt."
REFUSAL = "Der Antrag wird abgelehnt."
REASONS = "Der Grenzabstand nach § 5 NBauO ist nicht eingehalten."


def square(x: float, y: float, side: float) -> dict[str, object]:
    """A square from its lower left corner, in metres from one place in EPSG:25832, as GeoJSON."""
    points = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return {"type": "Polygon", "coordinates": [[[EAST + px, NORTH + py] for px, py in points]]}


def collection(*features: tuple[dict[str, object], dict[str, object]]) -> dict[str, object]:
    """A FeatureCollection in EPSG:25832 of (properties, geometry)."""
    return {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}},
        "features": [{"type": "Feature", "properties": row, "geometry": shape} for row, shape in features],
    }


LAND = {
    "musterstadt": collection(({"parcel_id": PARCEL}, square(0, 0, 30)), ({"parcel_id": NEIGHBOUR}, square(30, 0, 30))),
    "beispielland": collection(({"parcel_id": ELSEWHERE}, square(900, 0, 30))),
}
HOUSE = collection(({"role": "main_building", "wall_height_m": 6.0}, square(10, 10, 10)))


def import_parcels(slug: str, path: Path, *, owner: str | None = None, srid: int = 25832) -> SnapshotRecord:
    """Import a file of parcels into the layer store, the way an authority does it."""
    request = ImportRequest(
        layer="parcels",
        path=path,
        owner=owner or str(authority_uuid(slug)),
        source="Testdaten",
        licence="frei",
        as_of=dt.date(2026, 1, 2),
        srid=srid,
    )
    summary = import_features(request, Path(settings.LAYER_ROOT))
    assert summary.snapshot_id is not None, summary
    return SnapshotRecord(
        snapshot_id=summary.snapshot_id,
        layer="parcels",
        crs=summary.crs or "",
        feature_count=summary.feature_count,
        source="Testdaten",
        licence="frei",
        as_of=dt.date(2026, 1, 2),
        source_file=path.name,
    )


@pytest.fixture(scope="session")
def village_records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SnapshotRecord]:
    """The parcels of both authorities, imported once per process."""
    folder = tmp_path_factory.mktemp("village")
    records = {}
    for slug, land in LAND.items():
        path = folder / f"{slug}.geojson"
        path.write_text(json.dumps(land))
        records[slug] = import_parcels(slug, path)
    return records


@pytest.fixture
def village(
    authorities: dict[str, PermitAuthority], village_records: dict[str, SnapshotRecord]
) -> dict[str, PermitAuthority]:
    """Both authorities with their parcels in force."""
    for slug, record in village_records.items():
        publish_snapshot(record=record, authority=authorities[slug], by=None)
    return authorities


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """All of a test happens from Monday, 2 November 2026, 10:00 in Berlin on."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def application(village: dict[str, PermitAuthority], cast: Cast) -> PermitCase:
    """A draft of Anna Brandt for a single-family house in Musterstadt, ready to be submitted."""
    return fill_in(cast, village["musterstadt"])


def add_applicant(case: PermitCase, by: User, user: User, *, consents: bool = False) -> Party:
    """Name a person with an account as applicant; consent to service through the portal is the person's own."""
    names = {"given_name": user.given_name, "family_name": user.family_name}
    party = save_party(case=case, by=by, role=PartyRole.APPLICANT, user=user, values={**names, **OWNER_ADDRESS})
    return set_portal_consent(case=case, by=user, party=party, consents=True) if consents else party


def fill_in(
    cast: Cast, authority: PermitAuthority, *, consent: bool = True, parcel: str = PARCEL, **proposal: object
) -> PermitCase:
    """A draft with everything that submission asks for, made through the services."""
    case = create_draft(authority=authority, procedure="VG", by=cast.owner, title="Einfamilienhaus")
    values = {"measure_codes": ["11"], "structure_code": "W-1", "is_special_building": False, "is_residential": True}
    save_proposal(case=case, by=cast.owner, values={**values, **proposal})
    choose_parcels(case=case, by=cast.owner, parcel_ids=[parcel])
    add_applicant(case, cast.owner, cast.owner, consents=consent)
    save_party(
        case=case,
        by=cast.owner,
        role=PartyRole.DESIGNER,
        user=cast.designer,
        values={"given_name": "David", "family_name": "Neumann", "entitlement_code": "1", **OWNER_ADDRESS},
    )
    save_site_plan(case=case, by=cast.owner, content=json.dumps(HOUSE).encode(), original_name="lageplan.geojson")
    return case


def upload(case: PermitCase, by: User, title: str = "Schnitt") -> None:
    """Upload a drawing."""
    upload_document(
        case=case, by=by, document_type="2002", title=title, content=MINIMAL_PDF, original_name=f"2002_{title}.pdf"
    )


def request_missing(case: PermitCase, cast: Cast, *, days: int = 21) -> None:
    """From completeness: ask for a drawing within some days."""
    actions.on_case(
        add_finding,
        case=case,
        by=cast.officer,
        kind=FindingKind.DOCUMENT_MISSING,
        document_type="2002",
        text="Der Schnitt fehlt.",
    )
    due_on = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)
    actions.request_information(case=case, by=cast.officer, due_on=due_on)


def to_assessment(case: PermitCase, cast: Cast) -> None:
    """From a draft to the assessment."""
    actions.submit(case=case, by=cast.owner)
    actions.confirm_completeness(case=case, by=cast.officer)


def to_proposed(case: PermitCase, cast: Cast, outcome: Outcome = Outcome.GRANTED) -> DecisionVersion:
    """From a draft to a decision that waits for the second signature."""
    to_assessment(case, cast)
    actions.finish_assessment(case=case, by=cast.officer)
    return propose(case, cast, outcome)


def propose(case: PermitCase, cast: Cast, outcome: Outcome = Outcome.GRANTED) -> DecisionVersion:
    """Write the decision and hand it to the second signature."""
    text = TENOR if outcome == Outcome.GRANTED else REFUSAL
    reasons = "" if outcome == Outcome.GRANTED else REASONS
    actions.save_decision(case=case, by=cast.officer, outcome=outcome, operative_part=text, reasons=reasons)
    return actions.propose_decision(case=case, by=cast.officer)


def sign(case: PermitCase, cast: Cast) -> DecisionVersion:
    """Sign what is proposed."""
    version = case.decision.versions.get(state="proposed")
    return actions.sign_decision(case=case, by=cast.reviewer, content_sha256=version.content_sha256)


def to_signed(case: PermitCase, cast: Cast) -> DecisionVersion:
    """From a draft to a signed decision whose notice is to be issued."""
    to_proposed(case, cast)
    return sign(case, cast)


@pytest.fixture(scope="session")
def paper() -> RenderedDocument:
    """A real paper, rendered once: where a notice is served, it does not matter what it says."""
    from permits.services.sealing import fonts

    return render_document(SAMPLES["receipt"], fonts=fonts())


def issue(case: PermitCase, paper: RenderedDocument, *, sealed: SealedPdf | None = None) -> IssuedDocument:
    """Do what the worker does with a signed decision, without the seconds of rendering and sealing."""
    version = Decision.objects.get(case=case).signed_version
    assert version is not None
    task = Task.objects.get(process__caseprocess__case=case, flow_task=PermitFlow.issue_notice)
    with task.activation() as activation:
        activation.start()
        prepared = PreparedDocument(
            kind="permit_notice",
            subject=str(version.uuid),
            number=f"{case.case_number}-B{version.number}",
            code=new_code(),
            title="Baugenehmigung",
            issued_at=dt.datetime.now(dt.UTC),
            rendered=paper,
            sealed=sealed,
        )
        document = issue_document(case=case, prepared=prepared)
        mark_issued(case=case, version=version)
        activation.execute()
    case.refresh_from_db()
    return document
