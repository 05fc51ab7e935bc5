"""The two demo authorities, with their districts and letterheads."""

import uuid
from typing import Any

from permits.models import PermitAuthority
from permits.services.authorities import add_district, create_authority

CREST_MUSTERSTADT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="14mm" height="16mm" viewBox="0 0 56 64">'
    '<path d="M4 4h48v30c0 14-12 22-24 26C16 56 4 48 4 34Z" fill="#ffffff" stroke="#1f3b5c" stroke-width="3"/>'
    '<path d="M12 36V22h5v-5h5v5h4v-9h4v9h4v-5h5v5h5v14Z" fill="#1f3b5c"/>'
    '<path d="M8 42c6-4 10 3 16 0s10-3 16 0 6 1 8 0" fill="none" stroke="#1f3b5c" stroke-width="3"/></svg>'
)
CREST_BEISPIELLAND = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="14mm" height="16mm" viewBox="0 0 56 64">'
    '<path d="M4 4h48v30c0 14-12 22-24 26C16 56 4 48 4 34Z" fill="#ffffff" stroke="#2f5d3a" stroke-width="3"/>'
    '<path d="M28 14l6 12 13 2-9 9 2 13-12-6-12 6 2-13-9-9 13-2Z" fill="#2f5d3a"/></svg>'
)
AUTHORITIES: tuple[dict[str, Any], ...] = (
    {
        "slug": "musterstadt",
        "name": "Stadt Musterstadt",
        "unit": "Fachbereich Planen und Bauen, Bauaufsicht",
        "number_prefix": "63",
        "is_municipality": True,
        "street": "Marktplatz 1",
        "postal_code": "30999",
        "city": "Musterstadt",
        "phone": "05555 100-0",
        "email": "bauaufsicht@musterstadt.example",
        "letterhead": {
            "accent_colour": "#1f3b5c",
            "crest_svg": CREST_MUSTERSTADT,
            "crest_alternative": "Wappen der Stadt Musterstadt: eine Burg über einem Fluss",
            "website": "www.musterstadt.example",
            "footer_columns": [
                ["Stadt Musterstadt", "Marktplatz 1", "30999 Musterstadt"],
                ["Sprechzeiten", "Mo–Fr 8–12 Uhr", "Do 14–18 Uhr"],
                ["Telefon 05555 100-0", "bauaufsicht@musterstadt.example", "Demo: erfundene Behörde"],
            ],
        },
    },
    {
        "slug": "beispielland",
        "name": "Landkreis Beispielland",
        "unit": "Amt für Bauordnung",
        "number_prefix": "BL",
        "is_municipality": False,
        "street": "Kreisstraße 12",
        "postal_code": "30998",
        "city": "Beispielhausen",
        "phone": "05556 200-0",
        "email": "bauamt@beispielland.example",
        "letterhead": {
            "accent_colour": "#2f5d3a",
            "crest_svg": CREST_BEISPIELLAND,
            "crest_alternative": "Wappen des Landkreises Beispielland: ein Stern",
            "tint_colour": "#eef4ef",
            "footer_columns": [
                ["Landkreis Beispielland", "Kreisstraße 12", "30998 Beispielhausen"],
                ["Sprechzeiten", "nach Vereinbarung"],
                ["Telefon 05556 200-0", "bauamt@beispielland.example", "Demo: erfundene Behörde"],
            ],
        },
    },
)
DISTRICTS = (
    ("musterstadt", "039901", "Musterstadt", "Musterstadt"),
    ("beispielland", "039902", "Beispielhausen", "Beispielhausen"),
)


def authority_uuid(slug: str) -> uuid.UUID:
    """Return the UUID of a demo authority, the same in every installation."""
    return uuid.uuid5(uuid.NAMESPACE_DNS, f"{slug}.bauakte.example")


def create_authorities() -> dict[str, PermitAuthority]:
    """Create both authorities and their Gemarkungen; returns them by slug. Idempotent."""
    # A fixed UUID, so that snapshots of the demo town lie in the same folder on every run.
    created: dict[str, PermitAuthority] = {}
    for fields in AUTHORITIES:
        slug = str(fields["slug"])
        created[slug] = PermitAuthority.objects.filter(slug=slug).first() or create_authority(
            by=None, uuid=authority_uuid(slug), **fields
        )
    for slug, code, name, municipality in DISTRICTS:
        if not created[slug].districts.filter(code=code).exists():
            add_district(authority=created[slug], code=code, name=name, municipality=municipality, by=None)
    return created
