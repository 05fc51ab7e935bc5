"""Which papers the applicant's side may open."""

from permits.models import IssuedDocument, ServiceState, User

#: Letters to neighbours and consulted authorities: what they are asked is not the applicant's post.
TO_OTHERS = frozenset({"neighbour_hearing", "consultation_letter"})


def may_read(document: IssuedDocument, user: User) -> bool:
    """Whether the applicant's side may open a paper: letters to it at once, a notice once it has been served.

    Who still has to fetch a notice fetches it first, so that the day of the retrieval is on record. A notice that was
    withdrawn or revoked while it lay ready is no longer served; who could have fetched it may read it.
    """
    if document.kind in TO_OTHERS:
        return False
    if not document.is_notice:
        return True
    services = list(document.services.select_related("party"))
    own = [row for row in services if row.party.user_id == user.pk]
    if any(row.state == ServiceState.PROVIDED for row in own):
        return False
    lay_ready = any(row.state == ServiceState.DROPPED and row.provided_at for row in own)
    return lay_ready or any(row.state == ServiceState.SERVED for row in services)
