"""Writing an authority's own texts for its letters: checked, and kept as versions."""

from collections.abc import Mapping

from django.db import transaction

from permits.errors import InvalidInputError
from permits.letter_language import LanguageError, check, gaps_nobody_fills
from permits.models import LetterPartVersion, LetterPlace, Level, PermitAuthority, User
from permits.selectors.letters import letter_parts_in_force
from permits.services import audit
from permits.services.access import require_on_authority
from permits.services.letters.samples import fields_of_kind, letter_kinds
from permits.services.sealing import unprintable
from permits.services.versions import newer_version


class LetterTextError(InvalidInputError):
    """A text with mistakes; ``errors`` has them all with line and column."""

    def __init__(self, place: str, errors: list[LanguageError]) -> None:
        super().__init__(f"{LetterPlace(place).label}: {errors[0]}", field=place)
        self.errors = errors


def checked_text(*, kind: str, place: str, text: str) -> str:
    """Return the text as it is stored. Raises LetterTextError: mistakes, gaps, characters that no font prints."""
    text = text.replace("\r\n", "\n")
    errors = check(text, fields=fields_of_kind(kind)) + gaps_nobody_fills(text)
    for number, line in enumerate(text.split("\n"), start=1):
        lost = next(((column, char) for column, char in enumerate(line, start=1) if unprintable(char)), None)
        if lost:
            column, character = lost
            message = f"Dieses Zeichen lässt sich nicht drucken: {unprintable(character)}. Bitte ersetzen Sie es."
            errors.append(LanguageError(number, column, message))
    if errors:
        raise LetterTextError(place, sorted(errors, key=lambda error: (error.line, error.column)))
    return text.strip()


@transaction.atomic
def save_letter_parts(
    *,
    authority: PermitAuthority,
    kind: str,
    by: User,
    texts: Mapping[str, str],
    based_on: Mapping[str, int],
    reason: str,
) -> list[LetterPartVersion]:
    """Put new texts into force; returns the versions written: none for a text that stays as it is.

    ``texts`` by place; ``based_on`` the number of the version that each was made from (0: none yet). Raises
    LetterTextError for a text with mistakes, InvalidInputError without a reason, StaleError where somebody else wrote.
    """
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    if kind not in {known.id for known in letter_kinds()}:
        raise InvalidInputError("Diese Art von Schreiben gibt es nicht.")
    locked = PermitAuthority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    in_force = letter_parts_in_force(locked)
    changed: list[LetterPartVersion] = []
    for place in LetterPlace.values:
        if place not in texts:
            continue
        now = in_force.get((kind, place))
        text = checked_text(kind=kind, place=place, text=texts[place])
        if text == (now.text if now else ""):
            continue
        number = now.number if now else 0
        if based_on.get(place, 0) != number:
            what = f"den Text „{LetterPlace(place).label}“"
            raise newer_version(what=what, number=number, written_by=now.written_by if now else None, by=by)
        changed.append(
            LetterPartVersion(
                authority=locked, kind=kind, place=place, number=number + 1, text=text, written_by=by, reason=reason
            )
        )
    if changed and not reason.strip():
        raise InvalidInputError("Bitte sagen Sie kurz, warum sich der Text ändert.", field="reason")
    for part in changed:
        part.reason = reason.strip()
        part.save()
        audit.record(
            type="letter_part.saved", by=by, authority=locked, subject={"key": part.key, "version": part.number}
        )
    return changed


def restore_letter_part(*, version: LetterPartVersion, by: User, based_on: int) -> list[LetterPartVersion]:
    """Put an earlier text into force again, as a new version. Raises LetterTextError where fields are gone since."""
    return save_letter_parts(
        authority=version.authority,
        kind=version.kind,
        by=by,
        texts={version.place: version.text},
        based_on={version.place: based_on},
        reason=f"Fassung {version.number} wiederhergestellt",
    )


def reset_letter_part(
    *, authority: PermitAuthority, kind: str, place: str, by: User, based_on: int
) -> list[LetterPartVersion]:
    """Go back to the letter as the product writes it, without a text of the authority."""
    return save_letter_parts(
        authority=authority,
        kind=kind,
        by=by,
        texts={place: ""},
        based_on={place: based_on},
        reason="Auf den Standard zurückgesetzt",
    )
