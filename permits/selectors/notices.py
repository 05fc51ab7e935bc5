"""Which papers the applicant's side may open, and what a recipient still has to do."""

from permits.models import IssuedDocument, PermitCase, ServiceOfNotice, ServiceState, User

#: Letters to neighbours and consulted authorities: what they are asked is not the applicant's post.
TO_OTHERS = frozenset({"neighbour_hearing", "consultation_letter"})


def services_for(case: PermitCase, user: User) -> list[ServiceOfNotice]:
    """Return the services of the notice on ``user``, the latest attempt of each party first."""
    return list(
        ServiceOfNotice.objects.filter(document__case=case, party__user=user)
        .select_related("document__file", "party")
        .order_by("party", "-attempt")
    )


def may_read(document: IssuedDocument, user: User) -> bool:
    """Whether the applicant's side may open a paper: letters to it at once, a notice once it has been served.

    Who still has to fetch a notice fetches it first, so that the day of the retrieval is on record.
    """
    if document.kind in TO_OTHERS:
        return False
    if not document.is_notice:
        return True
    services = list(document.services.select_related("party"))
    own = [row for row in services if row.party.user_id == user.pk]
    if any(row.state == ServiceState.PROVIDED for row in own):
        return False
    return any(row.state == ServiceState.SERVED for row in services)
