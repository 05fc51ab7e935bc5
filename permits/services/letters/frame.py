"""What every paper of a case has: letterhead, recipient, contact, case reference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from permits import legal_time
from permits.models import LetterheadVersion, PartyRole, PermitAuthority, PermitCase, User
from permits.parcel_numbers import parcel_label
from permits.selectors.clock import law_of
from permits.selectors.letters import letterhead_in_force
from permits.selectors.recipients import recipients_of
from permits.services.letters.addressees import recipient
from reports.contexts import CaseReference, Contact, DocumentContext, Letterhead

Frame = Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """How a paper of one kind is made: context builder, number on it. The law says whether it is sealed."""

    build: Callable[[PermitCase, str, Frame], DocumentContext]
    number: Callable[[PermitCase, str], str]


def letterhead(authority: PermitAuthority, version: LetterheadVersion | None = None) -> Letterhead:
    """Return the letterhead of an authority as papers print it: of ``version``, or the one in force."""
    set_by_authority = version or letterhead_in_force(authority)
    place = f"{authority.postal_code} {authority.city}"
    return Letterhead(
        authority_name=authority.name,
        unit=authority.unit,
        address_lines=(authority.street, place),
        return_line=set_by_authority.return_line or f"{authority.name} · {authority.street} · {place}",
        phone=authority.phone,
        email=authority.email,
        website=set_by_authority.website,
        place=authority.city,
        closing_formula=set_by_authority.closing_formula,
        signature_lines=tuple(set_by_authority.signature_lines),
        footer_columns=tuple(tuple(column) for column in set_by_authority.footer_columns),
        accent_colour=set_by_authority.accent_colour,
        tint_colour=set_by_authority.tint_colour,
        crest_svg=set_by_authority.crest_svg or None,
        crest_alternative=set_by_authority.crest_alternative,
    )


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
    law = law_of(case)
    applied = legal_time.legal_day(case.submitted_at) if case.submitted_at else None
    names = [p.display_name for p in case.parties.filter(role=PartyRole.APPLICANT).order_by("pk")]
    site = case.site.address or ", ".join(parcel_label(p.parcel_id) for p in case.site.parcels.order_by("parcel_id"))
    return {
        "letterhead": letterhead(case.authority),
        "recipient": recipient(recipients_of(case)),
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
