"""Filling in demo applications through the services, as owner and designer do."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from demo.plans.documents import PlanDocument
from demo.town.generate import Town
from demo.town.sites import DemoSite
from permits.models import Level, PartyRole, PermitAuthority, PermitCase, User
from permits.services.access import grant_case_access
from permits.services.checking import check_site_plan, save_site_plan
from permits.services.documents import upload_document
from permits.services.drafts import create_draft, save_party, save_proposal, save_site_address, set_portal_consent
from permits.services.sites import choose_parcels

OWNER_ADDRESS = {"street": "Lindenweg", "house_number": "4", "postal_code": "30999", "city": "Musterstadt"}
DESIGNER_ADDRESS = {"street": "Am Markt", "house_number": "7", "postal_code": "30999", "city": "Musterstadt"}


@dataclass(frozen=True)
class DemoWorld:
    """What the stories are made of."""

    town: Town
    people: dict[str, User]
    authorities: dict[str, PermitAuthority]
    documents: Mapping[str, list[PlanDocument]]


def begin(world: DemoWorld, site: DemoSite, authority: PermitAuthority) -> PermitCase:
    """Anna Brandt begins an application, invites her designer and chooses the parcels."""
    owner, designer = world.people["owner"], world.people["designer"]
    case = create_draft(authority=authority, procedure="VG", by=owner, title=site.proposal)
    grant_case_access(case=case, to=designer, level=Level.CONTRIBUTE, by=owner)
    choose_parcels(case=case, by=owner, parcel_ids=site.parcels)
    street, _, number = site.address.rpartition(" ")
    save_site_address(
        case=case,
        by=owner,
        values={
            "street": street,
            "house_number": number,
            "postal_code": site.postal_code,
            "city": site.place,
        },
    )
    return case


def describe(world: DemoWorld, case: PermitCase, site: DemoSite) -> None:
    """The designer describes the proposal."""
    hall = "halle" in site.key
    height = site.main.attributes.get("ridge_height_m")
    save_proposal(
        case=case,
        by=world.people["designer"],
        values={
            "description": f"{site.proposal}. {site.title}.",
            "measure_codes": ["12"] if site.key == "anbau" else ["11"],
            "structure_code": "N-350" if hall else "W-1",
            "is_special_building": False,
            "is_residential": not hall,
            "building_class": "3" if hall else "1",
            "building_count": 1,
            "dwellings": None if hall else 1,
            "height_m": height,
        },
    )


def name_parties(world: DemoWorld, case: PermitCase, *, portal: bool) -> None:
    """Owner and designer as parties; with ``portal`` the owner consents to service through the portal."""
    owner, designer = world.people["owner"], world.people["designer"]
    party = save_party(
        case=case,
        by=owner,
        role=PartyRole.APPLICANT,
        user=owner,
        values={
            "salutation": "Frau",
            "given_name": owner.given_name,
            "family_name": owner.family_name,
            "email": owner.email,
            **OWNER_ADDRESS,
        },
    )
    save_party(
        case=case,
        by=designer,
        role=PartyRole.DESIGNER,
        user=designer,
        values={
            "salutation": "Herr",
            "organisation_name": "Neumann Architekten",
            "given_name": designer.given_name,
            "family_name": designer.family_name,
            "email": designer.email,
            "entitlement_code": "1",
            "chamber_code": "19",
            "chamber_number": "NI-04711",
            **DESIGNER_ADDRESS,
        },
    )
    if portal:
        set_portal_consent(case=case, by=owner, party=party, consents=True)


def draw(world: DemoWorld, case: PermitCase, site: DemoSite) -> None:
    """The designer hands in the site plan as geometry; the checks run."""
    designer = world.people["designer"]
    content = json.dumps(site.site_plan(), ensure_ascii=False).encode()
    save_site_plan(case=case, by=designer, content=content, original_name=f"{site.key}.geojson")
    check_site_plan(case=case, by=designer)


def upload(world: DemoWorld, case: PermitCase, documents: Iterable[PlanDocument]) -> None:
    """The designer uploads documents."""
    for document in documents:
        upload_document(
            case=case,
            by=world.people["designer"],
            document_type=document.code,
            title=document.title,
            content=document.content,
            original_name=document.file_name,
        )


def complete_draft(
    world: DemoWorld, site: DemoSite, authority: PermitAuthority, *, portal: bool = True, leave_out: str = ""
) -> PermitCase:
    """An application that can be submitted; ``leave_out`` is the code of a document that is forgotten."""
    case = begin(world, site, authority)
    describe(world, case, site)
    name_parties(world, case, portal=portal)
    draw(world, case, site)
    upload(world, case, [document for document in world.documents[site.key] if document.code != leave_out])
    return case
