"""Setting an authority's letterhead: checked, tried on a paper, and kept as a version."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from django.db import transaction

from permits.errors import InvalidInputError
from permits.models import LetterheadVersion, Level, PermitAuthority, User
from permits.models.letters import GREETING
from permits.selectors.letters import letterhead_in_force
from permits.services import audit
from permits.services.access import require_on_authority
from permits.services.documents_out import require_printable_letterhead
from permits.services.letters.frame import letterhead
from permits.services.sealing import fonts, unprintable
from permits.services.versions import newer_version
from reports.crest import clean_crest
from reports.errors import DrawingError, GlyphCoverageError
from reports.html import COLOUR, MINIMUM_CONTRAST, contrast, contrast_with_white

MAX_COLUMNS, MAX_COLUMN_LINES, MAX_COLUMN_CHARACTERS = 3, 4, 42
"""What stands beside the page number, at the size of the footer."""
MAX_SIGNATURE_LINES = 3
MAX_RETURN_LINE = 72
"""Characters of the line above the address: it must fit the window in one line (DIN 5008)."""


# A host name, with or without http(s) in front, and a page of it. A viewer may make a link of it.
WEBSITE = re.compile(
    r"(?:https?://)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,}(?::\d{1,5})?(?:/[^\s<>\"'\\]*)?", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class LetterheadValues:
    """All that an authority may set; an empty ``return_line`` is made of its name and address."""

    accent_colour: str = "#1f3b5c"
    tint_colour: str = "#eef2f6"
    return_line: str = ""
    website: str = ""
    closing_formula: str = GREETING
    signature_lines: Sequence[str] = ("Im Auftrag",)
    footer_columns: Sequence[Sequence[str]] = ()
    crest_svg: str = ""
    crest_alternative: str = "Wappen"


def values_of(version: LetterheadVersion) -> LetterheadValues:
    """Return what a version sets."""
    return LetterheadValues(**{field.name: getattr(version, field.name) for field in fields(LetterheadValues)})


def checked(values: LetterheadValues) -> LetterheadValues:
    """Return ``values`` with a cleaned crest. Raises InvalidInputError with the field and what to do."""
    _check_colours(values)
    _check_lines(values)
    if not values.crest_svg:
        return values
    if not values.crest_alternative.strip():
        raise InvalidInputError(
            "Bitte beschreiben Sie das Wappen für Menschen, die es nicht sehen.", field="crest_alternative"
        )
    return replace(values, crest_svg=cleaned_crest(values.crest_svg))


def cleaned_crest(svg: str) -> str:
    """Return an uploaded crest as papers may carry it. Raises InvalidInputError for the field ``crest_file``."""
    try:
        return clean_crest(svg, fonts=fonts())
    except GlyphCoverageError as error:
        raise InvalidInputError(
            "Das Wappen enthält Schrift mit Zeichen, die sich nicht drucken lassen. Bitte wandeln Sie die Schrift in "
            "Pfade um.",
            field="crest_file",
        ) from error
    except DrawingError as error:
        raise InvalidInputError(str(error), field="crest_file") from error


@transaction.atomic
def save_letterhead(
    *, authority: PermitAuthority, by: User, values: LetterheadValues, reason: str, based_on: int
) -> LetterheadVersion:
    """Put a new version into force. ``based_on`` is the number of the version that the person started from.

    Raises InvalidInputError for values that no paper can carry, and StaleError where somebody else was faster.
    """
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    locked = PermitAuthority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    now = letterhead_in_force(locked)
    if now.number != based_on:
        raise newer_version(what="den Briefkopf", number=now.number, written_by=now.written_by, by=by)
    if not reason.strip():
        raise InvalidInputError("Bitte sagen Sie kurz, warum sich der Briefkopf ändert.", field="reason")
    return _write(locked, checked(values), by=by, reason=reason.strip())


def set_up_letterhead(*, authority: PermitAuthority, values: Mapping[str, object], by: User | None) -> None:
    """Write the first version of a new authority; raises InvalidInputError as ``save_letterhead`` does."""
    _write(authority, checked(LetterheadValues(**values)), by=by, reason="Einrichtung")  # type: ignore[arg-type]


@transaction.atomic
def restore_letterhead(*, version: LetterheadVersion, by: User, based_on: int) -> LetterheadVersion:
    """Put an earlier version into force again, as a new version."""
    return save_letterhead(
        authority=version.authority,
        by=by,
        values=values_of(version),
        reason=f"Fassung {version.number} wiederhergestellt",
        based_on=based_on,
    )


def _write(authority: PermitAuthority, values: LetterheadValues, *, by: User | None, reason: str) -> LetterheadVersion:
    columns = [list(column) for column in values.footer_columns]
    data = {**_as_dict(values), "signature_lines": list(values.signature_lines), "footer_columns": columns}
    version = LetterheadVersion.objects.create(
        authority=authority, number=letterhead_in_force(authority).number + 1, written_by=by, reason=reason, **data
    )
    audit.record(type="letterhead.saved", by=by, authority=authority, subject={"version": version.number})
    return version


def _as_dict(values: LetterheadValues) -> dict[str, object]:
    return {field.name: getattr(values, field.name) for field in fields(values)}


def _check_colours(values: LetterheadValues) -> None:
    for name in ("accent_colour", "tint_colour"):
        if not COLOUR.fullmatch(getattr(values, name)):
            raise InvalidInputError("Bitte wählen Sie eine Farbe, oder schreiben Sie sie wie „#1f3b5c“.", field=name)
    on_white = contrast_with_white(values.accent_colour)
    if on_white < MINIMUM_CONTRAST:
        raise InvalidInputError(
            f"Diese Farbe ist auf Weiß zu blass zum Lesen (Kontrast {_ratio(on_white)}, nötig "
            f"{_ratio(MINIMUM_CONTRAST)}). Bitte wählen Sie eine dunklere.",
            field="accent_colour",
        )
    on_tint = min(contrast(colour, values.tint_colour) for colour in (values.accent_colour, "#4a4f55"))
    if on_tint < MINIMUM_CONTRAST:
        raise InvalidInputError(
            f"Auf diesem Hintergrund ist die Schrift nicht gut zu lesen (Kontrast {_ratio(on_tint)}, nötig "
            f"{_ratio(MINIMUM_CONTRAST)}). Bitte wählen Sie einen helleren.",
            field="tint_colour",
        )


def _ratio(value: float) -> str:
    return f"{int(value * 10) / 10:.1f} : 1".replace(".", ",")


def _check_lines(values: LetterheadValues) -> None:
    if len(values.return_line) > MAX_RETURN_LINE:
        raise InvalidInputError(
            f"Die Absenderzeile passt mit höchstens {MAX_RETURN_LINE} Zeichen in das Fenster des Umschlags; es sind "
            f"{len(values.return_line)}.",
            field="return_line",
        )
    if len(values.signature_lines) > MAX_SIGNATURE_LINES:
        raise InvalidInputError(f"Es passen höchstens {MAX_SIGNATURE_LINES} Zeilen.", field="signature_lines")
    if len(values.footer_columns) > MAX_COLUMNS:
        raise InvalidInputError(f"Es passen höchstens {MAX_COLUMNS} Spalten in die Fußzeile.", field="footer_1")
    for number, column in enumerate(values.footer_columns, start=1):
        longest = max((len(line) for line in column), default=0)
        if len(column) > MAX_COLUMN_LINES or longest > MAX_COLUMN_CHARACTERS:
            raise InvalidInputError(
                f"In eine Spalte der Fußzeile passen {MAX_COLUMN_LINES} Zeilen mit je {MAX_COLUMN_CHARACTERS} Zeichen; "
                f"es sind {len(column)} Zeilen, die längste hat {longest} Zeichen.",
                field=f"footer_{number}",
            )
    texts = {
        "return_line": values.return_line,
        "website": values.website,
        "closing_formula": values.closing_formula,
        "crest_alternative": values.crest_alternative,
        "signature_lines": "\n".join(values.signature_lines),
        **{f"footer_{n}": "\n".join(column) for n, column in enumerate(values.footer_columns, start=1)},
    }
    for field, text in texts.items():
        if lost := unprintable(text.replace("\n", "")):
            raise InvalidInputError(
                f"Diese Zeichen lassen sich nicht drucken. Bitte ersetzen Sie sie: {lost}.", field=field
            )
    if values.website and not WEBSITE.fullmatch(values.website):
        raise InvalidInputError(
            "Bitte geben Sie eine Internetadresse an, wie „www.musterstadt.de“ oder „https://www.musterstadt.de/bauen“.",
            field="website",
        )
    if not values.closing_formula.strip():
        raise InvalidInputError("Bitte geben Sie eine Grußformel an.", field="closing_formula")


def printing_problem(authority: PermitAuthority, version: LetterheadVersion | None = None) -> str:
    """Say in German why papers with the letterhead in force (or ``version``) cannot be made; empty where they can.

    A letterhead that was stored under older rules may be refused today.
    """
    try:
        require_printable_letterhead(letterhead(authority, version))
    except InvalidInputError as error:
        return str(error)
    return ""


def with_values(authority: PermitAuthority, values: LetterheadValues) -> LetterheadVersion:
    """Return a version that is not saved, for a preview."""
    return LetterheadVersion(authority=authority, number=0, **_as_dict(values))
