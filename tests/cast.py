"""Fixtures that most tests of the domain share: the demo cast, two authorities, the generated town, a ready draft.

Who may see what is said in ``demo/cast.py``. The town is generated and imported once per test process.
"""

import json
from dataclasses import dataclass
from functools import lru_cache

import pytest

from demo.authorities import create_authorities
from demo.cast import create_cast
from demo.layers import import_town, publish_town
from demo.town.generate import Town, generate_town
from permits.models import PartyRole, PermitAuthority, PermitCase, User
from permits.services.checking import check_site_plan, save_site_plan
from permits.services.documents import upload_document
from permits.services.drafts import create_draft, save_party, save_proposal, save_site_address, set_portal_consent
from permits.services.layers import SnapshotRecord
from permits.services.sites import choose_parcels

MINIMAL_PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n"
)


@dataclass(frozen=True)
class Cast:
    """The people of the demo, as users (comments in ``demo/cast.py`` say what each may see)."""

    owner: User
    designer: User
    officer: User
    second_officer: User
    reviewer: User
    registry: User
    consultee: User
    admin: User
    auditor: User
    other_officer: User
    other_reviewer: User
    other_admin: User
    stranger: User


@lru_cache(maxsize=1)
def generated_town() -> Town:
    """The demo town, generated once per process."""
    return generate_town()


@pytest.fixture(scope="session")
def town() -> Town:
    return generated_town()


@pytest.fixture(scope="session")
def town_records(town: Town) -> list[tuple[str, SnapshotRecord]]:
    """The town's snapshots in the layer store of this test process (no database needed)."""
    return import_town(town)


@pytest.fixture
def authorities(db: None) -> dict[str, PermitAuthority]:
    return create_authorities()


@pytest.fixture
def cast(authorities: dict[str, PermitAuthority]) -> Cast:
    return Cast(**create_cast(authorities))


@pytest.fixture
def published_town(
    authorities: dict[str, PermitAuthority], town_records: list[tuple[str, SnapshotRecord]], town: Town
) -> Town:
    """The town with its layers in force for both authorities."""
    publish_town(town_records, authorities)
    return town


OWNER_ADDRESS = {"street": "Lindenweg", "house_number": "4", "postal_code": "30999", "city": "Musterstadt"}


def fill_draft(
    cast: Cast, authority: PermitAuthority, town: Town, site_key: str = "einfamilienhaus", *, consent: bool = True
) -> PermitCase:
    """A draft with everything that submission needs, made through the services."""
    site = town.site(site_key)
    case = create_draft(authority=authority, procedure="VG", by=cast.owner, title=site.proposal)
    save_proposal(
        case=case,
        by=cast.owner,
        values={
            "description": site.proposal,
            "measure_codes": ["11"],
            "structure_code": "W-1",
            "is_special_building": False,
            "is_residential": True,
            "dwellings": 1,
        },
    )
    choose_parcels(case=case, by=cast.owner, parcel_ids=site.parcels)
    save_site_address(
        case=case, by=cast.owner, values={"street": site.address, "postal_code": "30999", "city": "Musterstadt"}
    )
    party = save_party(
        case=case,
        by=cast.owner,
        role=PartyRole.APPLICANT,
        user=cast.owner,
        values={"given_name": "Anna", "family_name": "Brandt", "salutation": "Frau", **OWNER_ADDRESS},
    )
    save_party(
        case=case,
        by=cast.owner,
        role=PartyRole.DESIGNER,
        user=cast.designer,
        values={
            "given_name": "David",
            "family_name": "Neumann",
            "salutation": "Herr",
            "entitlement_code": "1",
            "chamber_code": "19",
            "chamber_number": "12345",
            **OWNER_ADDRESS,
        },
    )
    if consent:
        set_portal_consent(case=case, by=cast.owner, party=party, consents=True)
    save_site_plan(
        case=case,
        by=cast.owner,
        content=json.dumps(site.site_plan()).encode(),
        original_name="lageplan.geojson",
    )
    check_site_plan(case=case, by=cast.owner)
    upload_document(
        case=case,
        by=cast.owner,
        document_type="1803",
        title="Lageplan",
        content=MINIMAL_PDF,
        original_name="1803_Lageplan.pdf",
    )
    return case


@pytest.fixture
def draft(cast: Cast, authorities: dict[str, PermitAuthority], published_town: Town) -> PermitCase:
    """A complete draft of Anna Brandt in Musterstadt, ready to be submitted."""
    return fill_draft(cast, authorities["musterstadt"], published_town)
