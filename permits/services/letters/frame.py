"""What every paper of a case has: letterhead, recipient, contact, case reference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from permits import legal_time
from permits.models import Party, PartyRole, PermitAuthority, PermitCase, User
from permits.parcel_numbers import parcel_label
from permits.selectors.clock import law_of
from reports.contexts import CaseReference, Contact, DocumentContext, Letterhead, Recipient

Frame = Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """How a paper of one kind is made: context builder, number on it, whether it is sealed."""

    build: Callable[[PermitCase, str, Frame], DocumentContext]
    number: Callable[[PermitCase, str], str]
    sealed: bool


def letterhead(authority: PermitAuthority) -> Letterhead:
    """Return the letterhead of an authority; what differs between authorities is data."""
    extra = authority.letterhead
    address = (authority.street, f"{authority.postal_code} {authority.city}")
    return Letterhead(
        authority_name=authority.name,
        unit=authority.unit,
        address_lines=address,
        return_line=f"{authority.name} · {authority.street} · {authority.postal_code} {authority.city}",
        phone=authority.phone,
        email=authority.email,
        website=extra.get("website", ""),
        place=authority.city,
        closing_formula=extra.get("closing_formula", "Mit freundlichen Grüßen"),
        signature_lines=tuple(extra.get("signature_lines", ("Im Auftrag",))),
        footer_columns=tuple(tuple(column) for column in extra.get("footer_columns", ())),
        accent_colour=extra.get("accent_colour", "#1f3b5c"),
        tint_colour=extra.get("tint_colour", "#eef2f6"),
        crest_svg=extra.get("crest_svg"),
        crest_alternative=extra.get("crest_alternative", "Wappen"),
    )


def recipient_of(case: PermitCase) -> Party | None:
    """Return whom papers address: the representative, else the (first) owner."""
    for role in (PartyRole.REPRESENTATIVE, PartyRole.APPLICANT):
        party = case.parties.filter(role=role).order_by("pk").first()
        if party is not None:
            return party
    return None


def _salutation(party: Party) -> str:
    if party.salutation == "Frau":
        return f"Sehr geehrte Frau {party.family_name},"
    if party.salutation == "Herr":
        return f"Sehr geehrter Herr {party.family_name},"
    if party.given_name or party.family_name:
        return f"Guten Tag {party.given_name} {party.family_name},".replace("  ", " ")
    return "Sehr geehrte Damen und Herren,"


def _contact(case: PermitCase) -> Contact:
    officer: User | None = case.assigned_to
    name = officer.full_name if officer else case.authority.unit or case.authority.name
    phone = officer.phone if officer and officer.phone else case.authority.phone
    return Contact(name=name, phone=phone, email=case.authority.email)


def ask_line(contact: Contact) -> str:
    """Return whom to ask, and how, as the summary of a paper says it."""
    ways = (f"Telefon {contact.phone}" if contact.phone else "", contact.email)
    return ", ".join(part for part in (contact.name, *ways) if part)


def common(case: PermitCase, frame: Frame) -> dict[str, Any]:
    party = recipient_of(case)
    law = law_of(case)
    applied = legal_time.legal_day(case.submitted_at) if case.submitted_at else None
    names = [p.display_name for p in case.parties.filter(role=PartyRole.APPLICANT).order_by("pk")]
    site = case.site.address or ", ".join(parcel_label(p.parcel_id) for p in case.site.parcels.order_by("parcel_id"))
    return {
        "letterhead": letterhead(case.authority),
        "recipient": Recipient(address_lines=tuple(party.address_lines[:6]), salutation=_salutation(party))
        if party
        else Recipient(address_lines=("Unbekannt",)),
        "contact": _contact(case),
        "case": CaseReference(
            case_number=case.case_number,
            proposal=case.proposal.title,
            site_address=site,
            applicant=", ".join(names),
            procedure=law.procedure(case.procedure).title,
            applied_on=applied,
        ),
        **frame,
    }


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: separated by empty lines."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return tuple(block.strip() for block in blocks if block.strip())
