"""Setting up authorities and their people."""

from collections.abc import Mapping

from django.db import transaction

from permits import legal_time
from permits.errors import InvalidInputError
from permits.models import AccessGrant, CadastralDistrict, Level, Membership, PermitAuthority, Role, User
from permits.selectors.access import ROLE_LEVELS
from permits.services import audit
from permits.services.access import require_on_authority
from permits.services.letterheads import set_up_letterhead


@transaction.atomic
def create_authority(
    *, by: User | None, letterhead: Mapping[str, object] | None = None, **fields: object
) -> PermitAuthority:
    """Create an authority with the grants of its roles. ``fields`` are those of PermitAuthority.

    ``letterhead``: what differs from the default (services.letterheads.LetterheadValues).

    Raises InvalidInputError where another authority has the prefix: numbers of notices are unique in an installation.
    """
    if PermitAuthority.objects.filter(number_prefix__iexact=str(fields.get("number_prefix", ""))).exists():
        raise InvalidInputError("Dieses Präfix der Aktenzeichen ist schon vergeben.", field="number_prefix")
    authority = PermitAuthority.objects.create(**fields)
    event = audit.record(
        type="authority.created", by=by, authority=authority, subject={"authority": str(authority.uuid)}
    )
    AccessGrant.objects.bulk_create(
        AccessGrant(
            role=role,
            role_authority=authority,
            authority=authority,
            level=level,
            valid_from=legal_time.now(),
            granted_by_event=event.uuid,
        )
        for role, levels in ROLE_LEVELS.items()
        for level in levels
    )
    set_up_letterhead(authority=authority, values=letterhead or {}, by=by)
    return authority


@transaction.atomic
def add_member(*, authority: PermitAuthority, user: User, role: Role, by: User | None) -> Membership:
    """Give ``user`` a role in ``authority``."""
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    membership, _ = Membership.objects.update_or_create(
        authority=authority, user=user, role=role, defaults={"active": True}
    )
    audit.record(
        type="authority.member_added", by=by, authority=authority, subject={"user": str(user.uuid), "role": role}
    )
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """End a role; the row stays, so that old events keep their meaning. The last administrator stays."""
    # Two administrators who remove each other at once find each other here.
    authority = PermitAuthority.objects.select_for_update(of=("self",)).get(pk=membership.authority_id)
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    others = Membership.objects.filter(
        authority=authority, role=Role.AUTHORITY_ADMIN, active=True, user__is_active=True
    ).exclude(pk=membership.pk)
    if membership.role == Role.AUTHORITY_ADMIN and not others.exists():
        raise InvalidInputError("Die letzte Fachadministration einer Behörde lässt sich nicht entfernen.")
    membership.active = False
    membership.save(update_fields=["active"])
    audit.record(
        type="authority.member_removed",
        by=by,
        authority=membership.authority,
        subject={"user": str(membership.user.uuid), "role": membership.role},
    )


@transaction.atomic
def add_district(
    *, authority: PermitAuthority, code: str, name: str, municipality: str, by: User | None
) -> CadastralDistrict:
    """Make ``authority`` responsible for a Gemarkung (six digits: Land and number)."""
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    district, _ = CadastralDistrict.objects.update_or_create(
        code=code, defaults={"authority": authority, "name": name, "municipality": municipality}
    )
    audit.record(type="authority.district_added", by=by, authority=authority, subject={"code": code})
    return district
