"""Values of the fields: of a case, and of the example in previews."""

import datetime as dt

from permits import legal_time
from permits.letter_language.fields import FIELDS
from permits.models import PartyRole, PermitAuthority, PermitCase
from permits.parcel_numbers import parcel_label
from permits.selectors.clock import law_of
from reports.formatting import german_date


def values_of_case(
    case: PermitCase, *, dated_on: dt.date | None = None, due_on: dt.date | None = None
) -> dict[str, str]:
    """Return the text of every field for a case; empty where the case has nothing to say.

    ``dated_on`` is the day on the paper (default: today), ``due_on`` the day until which somebody has to act.
    """
    authority, officer = case.authority, case.assigned_to
    parcels = "; ".join(
        f"Gemarkung {parcel.district_name}, {parcel_label(parcel.parcel_id)}"
        if parcel.district_name
        else parcel_label(parcel.parcel_id)
        for parcel in case.site.parcels.order_by("parcel_id")
    )
    return {
        "aktenzeichen": case.case_number,
        "bauvorhaben": case.proposal.title,
        "baugrundstueck": case.site.address or parcels,
        "flurstuecke": parcels,
        "bauherrschaft": _names(case, PartyRole.APPLICANT),
        "entwurfsverfassung": _names(case, PartyRole.DESIGNER),
        "bevollmaechtigte": _names(case, PartyRole.REPRESENTATIVE),
        "verfahren": law_of(case).procedure(case.procedure).title,
        "antragsdatum": german_date(legal_time.legal_day(case.submitted_at)) if case.submitted_at else "",
        "datum": german_date(dated_on or legal_time.today()),
        "frist": german_date(due_on) if due_on else "",
        **values_of_authority(authority),
        "sachbearbeitung": officer.full_name if officer else authority.unit or authority.name,
        "sachbearbeitung_telefon": officer.phone if officer and officer.phone else authority.phone,
    }


def values_of_authority(authority: PermitAuthority) -> dict[str, str]:
    """Return the fields that are the same in all cases of an authority."""
    return {
        "behoerde": authority.name,
        "organisationseinheit": authority.unit,
        "behoerde_anschrift": f"{authority.street}, {authority.postal_code} {authority.city}",
        "behoerde_telefon": authority.phone,
        "behoerde_email": authority.email,
    }


def sample_values() -> dict[str, str]:
    """Return an example for every field."""
    return {name: field.sample for name, field in FIELDS.items()}


def _names(case: PermitCase, role: PartyRole) -> str:
    names = [party.display_name for party in case.parties.filter(role=role).order_by("pk")]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} und {names[-1]}"
