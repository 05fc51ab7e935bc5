"""Address and salutation of a paper, for one recipient or for several."""

from collections.abc import Sequence

from permits.models import Party
from reports.contexts import Recipient

_UNKNOWN = "Sehr geehrte Damen und Herren,"
#: More names than these make no salutation that anybody would say.
_NAMED = 3


def recipient(parties: Sequence[Party]) -> Recipient:
    """Return the address field for the first of ``parties``; with several, the paper names all with their addresses.

    A paper has to say for whom it is (§ 37 Abs. 1, § 41 Abs. 1 VwVfG), and the window of an envelope shows one address.
    """
    if not parties:
        return Recipient(address_lines=("Unbekannt",))
    return Recipient(
        address_lines=tuple(parties[0].address_lines[:6]),
        salutation=_salutation(parties),
        addressees=tuple(", ".join(party.address_lines) for party in parties) if len(parties) > 1 else (),
    )


def _salutation(parties: Sequence[Party]) -> str:
    greetings = [_greeting(party) for party in parties]
    if len(parties) > _NAMED or "" in greetings:
        return _UNKNOWN
    return ", ".join([greetings[0], *(greeting[0].lower() + greeting[1:] for greeting in greetings[1:])]) + ","


def _greeting(party: Party) -> str:
    if party.salutation == "Frau":
        return f"Sehr geehrte Frau {party.family_name}"
    if party.salutation == "Herr":
        return f"Sehr geehrter Herr {party.family_name}"
    name = f"{party.given_name} {party.family_name}".strip()
    return f"Guten Tag {name}" if name else ""
