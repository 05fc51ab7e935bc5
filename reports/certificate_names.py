"""Names in certificates: read aloud in German, shown so that they cannot deceive, and compared whatever is in them."""

from __future__ import annotations

import unicodedata

from asn1crypto.x509 import Name, NameTypeAndValue

LABELS = {
    "common_name": "Name",
    "surname": "Nachname",
    "given_name": "Vorname",
    "name": "Name",
    "initials": "Initialen",
    "generation_qualifier": "Namenszusatz",
    "pseudonym": "Pseudonym",
    "title": "Titel",
    "organization_name": "Organisation",
    "organizational_unit_name": "Organisationseinheit",
    "organization_identifier": "Kennung der Organisation",
    "business_category": "Art der Organisation",
    "serial_number": "Seriennummer",
    "unique_identifier": "Kennung",
    "dn_qualifier": "Unterscheidungsmerkmal",
    "name_distinguisher": "Unterscheidungsmerkmal",
    "user_id": "Benutzerkennung",
    "street_address": "Straße",
    "postal_code": "Postleitzahl",
    "locality_name": "Ort",
    "state_or_province_name": "Land oder Provinz",
    "country_name": "Staat",
    "incorporation_locality": "Ort des Sitzes",
    "incorporation_state_or_province": "Land oder Provinz des Sitzes",
    "incorporation_country": "Staat des Sitzes",
    "domain_component": "Domäne",
    "telephone_number": "Telefon",
    "email_address": "E-Mail",
}
_ORDER = list(LABELS)
UNREADABLE = "Name nicht lesbar"
# Control characters, those that turn the direction of text or show nothing, and half characters: Cc, Cf, Cs, Zl, Zp.
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_prepare_by_rule = NameTypeAndValue._ldap_string_prep


def visible(text: str) -> str:
    """Return ``text`` with every character that shows nothing or turns other text written out, as in [U+202E]."""
    return "".join(f"[U+{ord(char):04X}]" if unicodedata.category(char) in _HIDDEN else char for char in text)


def readable_name(name: Name) -> str:
    """Return a name of a certificate with German labels: who first, then the organisation, then the place."""
    try:
        parts = [
            f"{LABELS.get(kind, kind)}: {visible(_text(value))}"
            for kind, values in sorted(name.native.items(), key=lambda pair: _place(pair[0]))
            for value in (values if isinstance(values, list) else [values])
        ]
    except (ValueError, TypeError, AttributeError):
        return UNREADABLE
    return ("; " if any("," in part for part in parts) else ", ").join(parts)


def short_name(name: Name) -> str:
    """Return what a person would call the holder: common name or organisation, else the whole name."""
    try:
        named = name.native.get("common_name") or name.native.get("organization_name")
    except (ValueError, TypeError, AttributeError):
        return UNREADABLE
    if isinstance(named, list):
        named = named[0]
    return visible(_text(named)) if named else readable_name(name)


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _text(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _prepare(pair: NameTypeAndValue, text: str) -> str:
    """Prepare a part of a name for comparison; where the rules know no answer, its very characters count.

    RFC 5280 (7.1) prepares names by the Unicode of 2002 and asn1crypto refuses every later character, an emoji in a
    common name, say. Such a name would make an intact signature look damaged. The NUL keeps it apart from prepared
    names, which never hold one.
    """
    try:
        prepared: str = _prepare_by_rule(pair, text)
    except ValueError:
        return f"\x00{text}"
    return prepared


NameTypeAndValue._ldap_string_prep = _prepare
