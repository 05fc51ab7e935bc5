"""The main job on real parcels: ALKIS of Neuwerk (NAS) for an authority of its own, from a draft to a sealed notice."""

import json
from pathlib import Path

import pytest
import shapely

from permits.models import (
    CaseStatus,
    IssuedDocument,
    Level,
    Outcome,
    PartyRole,
    PermitAuthority,
    PermitCase,
    Role,
    ServiceState,
    User,
    Verdict,
)
from permits.selectors.audit import verify_audit
from permits.selectors.layers import layers_for
from permits.services.access import grant_case_access
from permits.services.assessment import add_condition, review_result
from permits.services.authorities import add_district, add_member, create_authority
from permits.services.checking import check_site_plan, save_site_plan
from permits.services.documents_out import check_seal
from permits.services.drafts import create_draft, save_party, save_proposal, set_portal_consent
from permits.services.files import read_file
from permits.services.layers import publish_snapshot
from permits.services.sites import choose_parcels
from reports.seal_validation import SealState
from tests.cast import OWNER_ADDRESS
from tests.jobs import run_jobs
from tests.workflows.village import import_parcels, upload
from tests.workflows.workers import forget_jobs
from tools.verapdf import validate
from workflows import actions
from workflows.steps import current_steps

pytestmark = [pytest.mark.realdata, pytest.mark.django_db(transaction=True)]
HOUSE_M, CLEARANCE_M = 10.0, 4.0


def person(name: str) -> User:
    return User.objects.create_user(f"{name.lower()}@neuwerk.example", "x", given_name=name, family_name="Neuwerk")


@pytest.fixture
def neuwerk(shared_data: Path, db: None) -> PermitAuthority:
    """A test authority in EPSG:25832 with the real parcels of Neuwerk in force."""
    authority = create_authority(
        by=None,
        slug="neuwerk",
        name="Testbehörde Neuwerk",
        number_prefix="NW",
        crs_epsg=25832,
        street="Turmweg 1",
        postal_code="27499",
        city="Neuwerk",
    )
    path = shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz"
    record = import_parcels("neuwerk", path, owner=str(authority.uuid))
    assert record.feature_count == 137
    publish_snapshot(record=record, authority=authority, by=None)
    return authority


def place_for_a_house(authority: PermitAuthority) -> tuple[str, shapely.Polygon]:
    """A real parcel with room for a house: a square that keeps its distance, found by shrinking the parcels."""
    layer = layers_for(authority)["parcels"]
    window = layer.window((-1e7, -1e7, 1e7, 1e7))
    needed = HOUSE_M / 2 * 2**0.5 + CLEARANCE_M
    found = [
        (str(number), shapely.maximum_inscribed_circle(shape))
        for number, shape in zip(window.columns["parcel_id"], window.geometry, strict=True)
    ]
    number, circle = min(((n, c) for n, c in found if c.length > needed + 1), key=lambda pair: pair[1].length)
    centre = shapely.get_point(circle, 0)
    half = HOUSE_M / 2
    return number, shapely.box(centre.x - half, centre.y - half, centre.x + half, centre.y + half)


def site_plan(house: shapely.Polygon) -> bytes:
    feature = {
        "type": "Feature",
        "properties": {"role": "main_building", "wall_height_m": 6.5, "storeys": 1},
        "geometry": json.loads(shapely.to_geojson(house)),
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}).encode()


def test_a_building_on_a_real_parcel_gets_its_sealed_notice(neuwerk: PermitAuthority, tmp_path: Path) -> None:
    forget_jobs()
    owner, designer, officer, head = (person(name) for name in ("Bente", "Dirk", "Olga", "Rita"))
    add_member(authority=neuwerk, user=officer, role=Role.CASE_OFFICER, by=None)
    add_member(authority=neuwerk, user=head, role=Role.HEAD_OF_UNIT, by=None)
    number, house = place_for_a_house(neuwerk)
    add_district(authority=neuwerk, code=number[:6], name="Neuwerk", municipality="Hamburg", by=None)

    case = create_draft(authority=neuwerk, procedure="VG", by=owner, title="Neubau eines Wohnhauses")
    grant_case_access(case=case, to=designer, level=Level.CONTRIBUTE, by=owner)
    save_proposal(
        case=case,
        by=designer,
        values={
            "measure_codes": ["11"],
            "structure_code": "W-1",
            "is_special_building": False,
            "is_residential": True,
            "dwellings": 1,
        },
    )
    choose_parcels(case=case, by=designer, parcel_ids=[number])
    names = {"given_name": "Bente", "family_name": "Neuwerk", "salutation": "Frau", **OWNER_ADDRESS}
    party = save_party(case=case, by=owner, role=PartyRole.APPLICANT, user=owner, values=names)
    set_portal_consent(case=case, by=owner, party=party, consents=True)
    save_party(
        case=case,
        by=owner,
        role=PartyRole.DESIGNER,
        user=designer,
        values={"given_name": "Dirk", "family_name": "Neuwerk", "entitlement_code": "1", **OWNER_ADDRESS},
    )
    save_site_plan(case=case, by=designer, content=site_plan(house), original_name="lageplan.geojson")
    run = check_site_plan(case=case, by=designer)
    verdicts = {result.check_id: result.verdict for result in run.results.all()}
    assert verdicts["inside_parcels"] == Verdict.PASSED
    assert verdicts["boundary_distance"] == Verdict.PASSED
    # Neuwerk has no published plan here: coverage is not assessable, and never "passed".
    assert verdicts["site_coverage"] == Verdict.NOT_ASSESSABLE
    upload(case, designer)

    actions.submit(case=case, by=owner)
    assert case.case_number.startswith("NW-")
    parcel = case.site.parcels.get()
    assert parcel.parcel_id == number
    assert parcel.geometry.contains(house)
    actions.confirm_completeness(case=case, by=officer)
    for result in run.results.all():
        reason = "" if result.verdict == Verdict.PASSED else "Kein Bebauungsplan; § 34 BauGB geprüft."
        actions.on_case(review_result, case=case, by=officer, result=result, verdict=Verdict.PASSED, reason=reason)
    actions.on_case(
        add_condition,
        case=case,
        by=officer,
        values={"kind": "requirement", "stage": "before_start", "text": "Der Baubeginn ist anzuzeigen."},
    )
    actions.finish_assessment(case=case, by=officer)
    actions.save_decision(
        case=case, by=officer, outcome=Outcome.GRANTED, operative_part="Die Baugenehmigung wird erteilt.", reasons=""
    )
    proposed = actions.propose_decision(case=case, by=officer)
    actions.sign_decision(case=case, by=head, content_sha256=proposed.content_sha256)
    run_jobs()

    case = PermitCase.objects.get(pk=case.pk)
    assert (case.status, current_steps(case)) == (CaseStatus.GRANTED, {"await_service"})
    notice = IssuedDocument.objects.get(case=case, kind="permit_notice")
    pdf = read_file(notice.file)
    assert check_seal(pdf).state == SealState.VALID
    assert number in json.dumps(notice.context)
    assert "maßgeblich ist der Maßstabsbalken" in notice.html
    file = tmp_path / "bescheid.pdf"
    file.write_bytes(pdf)
    assert [(verdict.flavour, verdict.failed) for verdict in validate([file], ["3a", "ua1"])] == [
        ("3a", {}),
        ("ua1", {}),
    ]
    service = actions.record_retrieval(case=case, by=owner, service=notice.services.get())
    assert (service.state, current_steps(case)) == (ServiceState.SERVED, set())
    assert verify_audit().faults == ()
