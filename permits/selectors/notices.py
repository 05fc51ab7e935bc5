"""Which papers the applicant's side may open."""

from permits.models import ChangeKind, IssuedDocument, ServiceState, User
from permits.selectors.notice_effect import Effect, current_effect, ending_entry

#: Letters to neighbours and consulted authorities: what they are asked is not the applicant's post.
TO_OTHERS = frozenset({"neighbour_hearing", "consultation_letter"})


def may_read(document: IssuedDocument, user: User) -> bool:
    """Whether the applicant's side may open a paper: letters to it at once, a notice once it has been served.

    Who still has to fetch a notice fetches it first, so that the day of the retrieval is on record. A notice that was
    withdrawn or revoked before it was served reaches nobody any more; its recipients may read it.
    """
    if document.kind in TO_OTHERS:
        return False
    if not document.is_notice:
        return True
    services = list(document.services.select_related("party"))
    own = [row for row in services if row.party.user_id == user.pk]
    if any(row.state == ServiceState.PROVIDED for row in own):
        return False
    if any(row.state == ServiceState.SERVED for row in services):
        return True
    return any(row.state in (ServiceState.DROPPED, ServiceState.FAILED) for row in own) and not _may_be_served(document)


def why_unreadable(document: IssuedDocument, user: User) -> str:
    """Return the German sentences that tell the applicant's side why ``may_read`` says no, and what follows."""
    if document.kind in TO_OTHERS:
        return "Dieses Schreiben ging an andere Beteiligte und lässt sich hier nicht öffnen."
    own = {row.state for row in document.services.filter(party__user=user)}
    if ServiceState.PROVIDED in own:
        return "Bitte rufen Sie den Bescheid hier ab. Danach können Sie ihn jederzeit herunterladen."
    if not _may_be_served(document):
        return "Dieser Bescheid ist aufgehoben und wird nicht mehr bekannt gegeben. Deshalb lässt er sich nicht öffnen."
    if own:
        return "Der Bescheid ist Ihnen noch nicht bekannt gegeben. Sobald er es ist, können Sie ihn hier öffnen."
    return "Diesen Bescheid können Sie öffnen, sobald er bekannt gegeben ist. Abrufen müssen ihn andere."


def _may_be_served(document: IssuedDocument) -> bool:
    """As ``Standing.may_be_served``, for one paper."""
    entry = getattr(document, "register_entry", None)
    if entry is None:
        return True
    if document.change is not None and document.change.kind == ChangeKind.CORRECTION:
        return current_effect(document) != Effect.ENDED
    return ending_entry(entry) is None
