"""A Bauschild in both sizes."""

from __future__ import annotations

import dataclasses
from datetime import date

from reports.contexts import Contact, DocumentContext, Recipient
from reports.contexts.site_sign import Paper, SignCorrection, SignEntry, SiteSign
from reports.samples.cast import CASE, COMMON, LETTERHEAD


def site_sign(**changes: object) -> SiteSign:
    """A Bauschild of a permit with conditions before the start; nobody has named a site manager yet."""
    values: dict[str, object] = {
        **COMMON,
        "recipient": Recipient(address_lines=()),
        "contact": Contact(name=LETTERHEAD.unit),
        "case": dataclasses.replace(CASE, applicant="", applied_on=None),
        "signatories": (),
        "paper": Paper.A4,
        "measure": "Neubau eines Einfamilienhauses mit Garage",
        "permit_title": "Baugenehmigung",
        "permit_number": "63-00042-2026-B1",
        "permit_on": date(2026, 11, 20),
        "entries": (
            SignEntry(role="Bauherrin", lines=("Annika Brandt", "Lindenstraße 12", "30999 Musterstadt")),
            SignEntry(
                role="Entwurfsverfasser",
                lines=("Architekturbüro Neumann", "David Neumann", "Am Markt 3", "30999 Musterstadt"),
            ),
            SignEntry(role="Bauleiterin / Bauleiter"),
            SignEntry(role="Unternehmerinnen und Unternehmer"),
        ),
        "legal_basis": "§ 11 Abs. 3 NBauO",
        "unverified": True,
        "conditions_first": True,
        **changes,
    }
    return SiteSign(**values)  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {
    "site_sign": site_sign(),
    "site_sign_a3": site_sign(
        paper=Paper.A3,
        conditions_first=False,
        seal=None,
        corrections=(SignCorrection(number="63-00042-2026-K1", issued_on=date(2026, 12, 4)),),
    ),
}
