"""Numbers of papers that two people sign: their place among what was signed, so that nothing returned uses up one.

Nothing is drawn before the signature, and what is signed goes out or is tried again until it does: the papers of a
case are numbered without gaps, and a retry gets the number that the first try had.
"""

from collections.abc import Iterable

from django.db.models import Q

from permits.models import ChangeKind, DecisionState, DecisionVersion, IssuedDocument, NoticeChange, PermitCase

# No other paper of a case has these letters in its number.
SUFFIXES = {ChangeKind.CORRECTION: "K", ChangeKind.WITHDRAWAL: "W", ChangeKind.REVOCATION: "W"}
ENDING = (ChangeKind.WITHDRAWAL, ChangeKind.REVOCATION)


def decision_number(case: PermitCase, subject: str) -> str:
    """Return the number of a decision's notice: B1, B2 …"""
    version = DecisionVersion.objects.get(decision__case=case, uuid=subject)
    signed = DecisionVersion.objects.filter(decision=version.decision, state=DecisionState.SIGNED)
    earlier = signed.filter(number__lt=version.number).order_by("number").select_related("notice")
    return f"B{_next(_paper(row) for row in earlier)}"


def change_number(case: PermitCase, subject: str) -> str:
    """Return the number of a change's notice: K1, K2 … for corrections, W1 … for what ends a notice.

    Raises ValueError for a change that nobody signed.
    """
    change = NoticeChange.objects.get(case=case, uuid=subject)
    if change.signed_at is None:
        raise ValueError("A change has no number before it is signed.")
    kinds = ENDING if change.kind in ENDING else (ChangeKind.CORRECTION,)
    # Signatures are made under the lock of the case, one after the other.
    before = Q(signed_at__lt=change.signed_at) | Q(signed_at=change.signed_at, pk__lt=change.pk)
    earlier = NoticeChange.objects.filter(before, case=case, kind__in=kinds).order_by("signed_at", "pk")
    return f"{SUFFIXES[ChangeKind(change.kind)]}{_next(_paper(row) for row in earlier.select_related('notice'))}"


def _paper(act: DecisionVersion | NoticeChange) -> IssuedDocument | None:
    return getattr(act, "notice", None)


def _next(earlier: Iterable[IssuedDocument | None]) -> int:
    """Return the place after the papers of earlier acts, which may not be issued yet.

    Papers from before this rule may have left places out; theirs are never given again.
    """
    last = 0
    for paper in earlier:
        last = int(paper.number.rpartition("-")[2][1:]) if paper else last + 1
    return last + 1
