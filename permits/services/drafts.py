"""The application before it is submitted, filled in by owner and designer together."""

from collections.abc import Mapping

from django.db import transaction

from permits import legal_time
from permits.errors import InvalidInputError, StaleError
from permits.models import (
    Building,
    CaseStatus,
    Level,
    Party,
    PartyRole,
    PermitAuthority,
    PermitCase,
    Proposal,
    Site,
    User,
)
from permits.services import audit
from permits.services.access import grant_case_access
from permits.services.writing import writing

DRAFT = (CaseStatus.DRAFT,)
PROPOSAL_FIELDS = frozenset(
    {
        "title",
        "description",
        "measure_codes",
        "structure_code",
        "building_class",
        "building_count",
        "dwellings",
        "height_m",
        "gross_volume_m3",
        "is_residential",
        "creates_housing",
        "is_special_building",
        "deviations_requested",
    }
)
PARTY_FIELDS = frozenset(
    {
        "organisation_name",
        "salutation",
        "given_name",
        "family_name",
        "street",
        "house_number",
        "postal_code",
        "city",
        "country",
        "email",
        "phone",
        "entitlement_code",
        "chamber_code",
        "chamber_number",
    }
)
ADDRESS_FIELDS = frozenset({"street", "house_number", "postal_code", "city"})


@transaction.atomic
def create_draft(*, authority: PermitAuthority, procedure: str, by: User, title: str = "") -> PermitCase:
    """Begin an application at ``authority``; its creator owns it."""
    case = PermitCase.objects.create(authority=authority, procedure=procedure, created_by=by)
    Proposal.objects.create(case=case, title=title)
    Site.objects.create(case=case)
    Building.objects.create(case=case, label="Gebäude 1")
    grant_case_access(case=case, to=by, level=Level.OWN, by=None)
    audit.record(type="case.drafted", by=by, case=case, subject={"procedure": procedure})
    return case


def count_change(case: PermitCase, revision: int | None) -> None:
    """Count the change; refuse it where the form was opened before somebody else's change."""
    if revision is not None and revision != case.revision:
        raise StaleError(
            "Eine andere Person hat den Antrag inzwischen geändert. Ihre Eingaben stehen noch im Formular; "
            "bitte vergleichen Sie sie mit dem neuen Stand und speichern Sie dann erneut."
        )
    case.revision += 1
    case.save(update_fields=["revision"])


def _checked(values: Mapping[str, object], allowed: frozenset[str]) -> dict[str, object]:
    unknown = set(values) - allowed
    if unknown:
        raise InvalidInputError(f"Unbekannte Angaben: {', '.join(sorted(unknown))}.")
    return dict(values)


def save_proposal(*, case: PermitCase, by: User, values: Mapping[str, object], revision: int | None = None) -> Proposal:
    """Change the proposal (Bauvorhaben) of a draft."""
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=DRAFT) as locked:
        fields = _checked(values, PROPOSAL_FIELDS)
        count_change(locked, revision)
        proposal = locked.proposal
        for name, value in fields.items():
            setattr(proposal, name, value)
        proposal.save()
        audit.record(type="case.changed", by=by, case=locked, subject={"part": "proposal"}, payload=fields)
        return proposal


def save_site_address(*, case: PermitCase, by: User, values: Mapping[str, object], revision: int | None = None) -> Site:
    """Change the address of the site of a draft."""
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=DRAFT) as locked:
        fields = _checked(values, ADDRESS_FIELDS)
        count_change(locked, revision)
        for name, value in fields.items():
            setattr(locked.site, name, value)
        locked.site.save(update_fields=list(fields))
        audit.record(type="case.changed", by=by, case=locked, subject={"part": "address"}, payload=fields)
        return locked.site


def save_party(
    *,
    case: PermitCase,
    by: User,
    role: PartyRole,
    values: Mapping[str, object],
    party: Party | None = None,
    user: User | None = None,
    revision: int | None = None,
) -> Party:
    """Add or change a party of a draft. ``user`` links an account, so that notices can be served on it."""
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=DRAFT) as locked:
        fields = _checked(values, PARTY_FIELDS)
        count_change(locked, revision)
        if party is None:
            party = Party(case=locked, role=role, user=user)
        elif party.case_id != locked.pk:
            raise InvalidInputError("Diese Person gehört zu einem anderen Antrag.")
        else:
            party = Party.objects.get(pk=party.pk)
            if user is not None and user != party.user:
                # Consent is personal: nobody consents for whoever stood here before.
                party.user, party.portal_consent_at = user, None
        party.role = role
        if party.user is not None:
            same = locked.parties.filter(role=role, user=party.user).exclude(pk=party.pk)
            if same.exists():
                raise InvalidInputError("Diese Person ist mit dieser Rolle schon eingetragen.", field="role")
        for name, value in fields.items():
            setattr(party, name, value)
        party.save()
        audit.record(
            type="party.saved", by=by, case=locked, subject={"party": str(party.uuid), "role": role}, payload=fields
        )
        return party


def remove_party(*, case: PermitCase, by: User, party: Party) -> None:
    """Take a party out of a draft."""
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=DRAFT) as locked:
        if party.case_id != locked.pk:
            raise InvalidInputError("Diese Person gehört zu einem anderen Antrag.")
        count_change(locked, None)
        audit.record(type="party.removed", by=by, case=locked, subject={"party": str(party.uuid)})
        party.delete()


def set_portal_consent(*, case: PermitCase, by: User, party: Party, consents: bool) -> Party:
    """Record (or take back) a party's own consent to be served through the portal (§ 41 Abs. 2a VwVfG, § 9 OZG).

    Only the person itself consents: ``party.user`` must be ``by``.
    """
    with writing(case=case, by=by, level=Level.READ) as locked:
        if party.case_id != locked.pk or party.user_id != by.pk:
            raise InvalidInputError("Nur die Person selbst kann der Bekanntgabe über das Portal zustimmen.")
        party.portal_consent_at = legal_time.now() if consents else None
        party.save(update_fields=["portal_consent_at", "sort_key"])
        audit.record(
            type="party.consented", by=by, case=locked, subject={"party": str(party.uuid), "consents": consents}
        )
        return party
