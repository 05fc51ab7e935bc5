"""Whether a paper is genuine and in force: by its number and the code printed on it, or by its file's SHA-256."""

import datetime as dt
import hmac
import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from permits.models import IssuedDocument, RegisterAct, RegisterEntry
from permits.models.register import ENDING_ACTS
from permits.selectors.notice_effect import NOUNS, Effect, current_effect
from permits.selectors.permit_validity import Validity, validity_of

SEAL_LEVELS = {
    "demo": "Demo-Siegel, ohne Rechtswirkung",
    "advanced": "fortgeschrittenes elektronisches Siegel",
    "qualified": "qualifiziertes elektronisches Siegel",
}


@dataclass(frozen=True)
class Successor:
    """A later act on a paper: by which notice (empty for revocations from before the register), on which day.

    ``of`` is the number of the notice that the paper corrects, where the act ended that one; else empty.
    """

    act: RegisterAct
    number: str
    at: dt.datetime
    of: str = ""

    @property
    def ends(self) -> bool:
        """Whether the act takes the paper back. With a notice, its corrections end."""
        return self.act in ENDING_ACTS

    @property
    def noun(self) -> str:
        """German for the act: "Widerruf"."""
        return NOUNS[self.act]


@dataclass(frozen=True)
class VerifiedDocument:
    """What anybody may know who holds the paper; nothing about a person or a site."""

    document: IssuedDocument
    entry: RegisterEntry
    seal: str
    later: tuple[Successor, ...]
    concerns: str
    effect: Effect
    validity: Validity | None = None

    @property
    def lapsed(self) -> Validity | None:
        """The validity of a permit whose time to begin the works is over. Nobody here knows whether they have begun."""
        in_force = self.effect in (Effect.IN_FORCE, Effect.ENDING)
        return self.validity if in_force and self.validity is not None and self.validity.is_over else None

    @property
    def ending(self) -> Successor | None:
        """The act that takes back the paper, or the notice that it corrects, notified or not."""
        return next((row for row in self.later if row.ends), None)

    @property
    def ended(self) -> Successor | None:
        """That act, once it is effective."""
        return self.ending if self.effect == Effect.ENDED else None

    @property
    def announced(self) -> Successor | None:
        """That act while it is issued, but not notified."""
        return self.ending if self.effect == Effect.ENDING else None

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        act = self.ending
        if act is not None and self.ended:
            if act.of:
                return "Diese Berichtigung ist echt, gilt aber nicht mehr"
            return f"Dieser Bescheid ist {act.act.label.lower()}"
        if act is not None:
            if act.of:
                return "Diese Berichtigung ist echt, die Aufhebung ihres Bescheids ist ausgefertigt"
            return "Dieser Bescheid ist echt, seine Aufhebung ist ausgefertigt"
        if self.lapsed:
            return "Dieser Bescheid ist echt, seine Geltungsdauer ist abgelaufen"
        return {
            Effect.NOT_YET: "Dieser Bescheid ist echt, aber noch nicht wirksam",
            Effect.IN_FORCE: "Dieser Bescheid ist echt und wirksam",
        }.get(self.effect, "Dieses Schriftstück ist echt")

    @property
    def badge(self) -> tuple[str, str]:
        """The answer in a few words, and the tone of it."""
        act = self.ending
        if act is not None and self.ended:
            return ("gilt nicht mehr" if act.of else act.act.label), "danger"
        if act is not None:
            return f"{act.noun} ausgefertigt", "warning"
        if self.effect == Effect.NOT_YET:
            return "noch nicht bekannt gegeben", "warning"
        if self.effect == Effect.NONE:
            return "echt", "success"
        if self.lapsed:
            return "Geltungsdauer abgelaufen", "warning"
        return ("wirksam, berichtigt", "warning") if self.corrections else ("wirksam", "success")

    @property
    def corrections(self) -> tuple[Successor, ...]:
        """The notices together with which the paper is to be read."""
        return tuple(row for row in self.later if not row.ends)


def normalised_code(text: str) -> str:
    """Return a typed code without blanks and dashes, in capitals."""
    return "".join(char for char in text.upper() if char.isalnum())


def normalised_number(text: str) -> str:
    """Return a typed or pasted number with plain hyphens for all dashes of word processors, without blanks beside."""
    plain = (
        "-" if unicodedata.category(char) == "Pd" or char == "\N{MINUS SIGN}" else char
        for char in text
        # Soft hyphens and marks without width are in what is copied from a paper.
        if unicodedata.category(char) != "Cf"
    )
    return re.sub(r"\s*-\s*", "-", "".join(plain)).strip()


def verified_document(*, number: str, code: str) -> VerifiedDocument | None:
    """Return the sealed paper with this number and code; None for an unknown number and for a wrong code alike."""
    document = _sealed().filter(number__iexact=normalised_number(number)).first()
    # Compared in any case, so that the time of the answer tells nothing either.
    expected = normalised_code(document.verification_code) if document else "-"
    if not hmac.compare_digest(expected.encode(), normalised_code(code).encode()) or document is None:
        return None
    return _verified(document)


def document_with_hash(sha256: str) -> VerifiedDocument | None:
    """Return the sealed paper whose file has this SHA-256. Nobody can name it who does not hold the file."""
    document = _sealed().filter(sha256=sha256.lower()).first()
    return _verified(document) if document else None


def later_acts(entry: RegisterEntry) -> tuple[Successor, ...]:
    """Return what was entered about a paper after it was issued, in order; a correction shares its notice's end."""
    about = Q(origin=entry)
    if entry.act == RegisterAct.CORRECTED:
        about |= Q(origin=entry.origin, act__in=ENDING_ACTS)
    return tuple(
        Successor(
            act=RegisterAct(row.act),
            number=row.document_number if row.document_id else "",
            at=row.entered_at,
            of=row.origin.document_number if row.origin and row.origin_id != entry.pk else "",
        )
        for row in RegisterEntry.objects.filter(about).select_related("origin").order_by("number")
    )


def _sealed() -> QuerySet[IssuedDocument]:
    return (
        IssuedDocument.objects.filter(sealed=True)
        .defer("html", "css", "context")
        .select_related("authority", "case__authority", "file", "register_entry__origin")
    )


def _verified(document: IssuedDocument) -> VerifiedDocument:
    entry = document.register_entry
    return VerifiedDocument(
        document=document,
        entry=entry,
        seal=SEAL_LEVELS.get(document.seal_level, document.seal_level),
        later=later_acts(entry),
        concerns=entry.origin.document_number if entry.origin else "",
        effect=current_effect(document),
        validity=validity_of(document),
    )
