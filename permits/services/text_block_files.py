"""A library as a file: written out as TOML, read back all at once or not at all."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from permits.errors import BauakteError, InvalidInputError
from permits.models import ConditionKind, ConditionStage, Level, PermitAuthority, TextBlock, User
from permits.services.access import require_on_authority
from permits.services.text_blocks import (
    KEY,
    MAX_NOTE,
    BlockContent,
    content_errors,
    create_block,
    save_block,
    tidied,
)
from permits.services.toml_reading import read_toml

MAX_BYTES = 5_000_000
MAX_BLOCKS = 5_000
SHOWN_ERRORS = 500
TABLE = "baustein"
# German name in the file → attribute of BlockContent, and its kind.
FIELDS: Mapping[str, tuple[str, type]] = {
    "bezeichnung": ("title", str),
    "art": ("kind", str),
    "zu_erfuellen": ("stage", str),
    "text": ("text", str),
    "begruendung": ("reason", str),
    "rechtsgrundlage": ("legal_basis", str),
    "rechtsgrundlage_verglichen": ("basis_verified", bool),
    "verfahren": ("procedures", list),
    "vorschlagen": ("proposed_when", list),
    "gilt_ab": ("valid_from", dt.date),
    "gilt_bis": ("valid_to", dt.date),
}
# German name of the field, or nothing where it concerns the whole block; and what is wrong.
Mistake = tuple[str, str]
REQUIRED = ("bezeichnung", "art", "zu_erfuellen", "text", "gilt_ab")
_TYPE_WORDS = {
    str: "ein Text",
    bool: "true oder false",
    list: "eine Liste von Texten",
    dt.date: "ein Datum (2026-01-31)",
}


class BlockFileError(BauakteError):
    """A file that is not taken in; ``errors`` name block, field and what to do."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(errors[0])
        self.errors = errors


@dataclass(frozen=True)
class BlockImport:
    """What came of an import: keys of new blocks, of new versions, and of what was the same already."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def export_blocks(*, authority: PermitAuthority, by: User | None) -> str:
    """Return the newest versions of all blocks in use as TOML. Raises AccessDeniedError."""
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    blocks = TextBlock.objects.filter(authority=authority, archived_at__isnull=True, current__isnull=False)
    parts = [f"# Textbausteine: {authority.name}\n".replace("\r", " ")]
    parts += [
        "\n".join(_lines(block.key, BlockContent.of(block.current)))
        for block in blocks.select_related("current").order_by("key")
        if block.current is not None
    ]
    return "\n".join(parts)


def _lines(key: str, content: BlockContent) -> Iterator[str]:
    yield f"[[{TABLE}]]"
    yield f"schluessel = {_toml(key)}"
    for name, (attribute, _) in FIELDS.items():
        value = getattr(content, attribute)
        if attribute == "kind":
            value = ConditionKind(value).label
        elif attribute == "stage":
            value = ConditionStage(value).label
        if value not in ("", (), None):
            yield f"{name} = {_toml(value)}"
    yield ""


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    text = "".join(_escaped(char) for char in str(value))
    return f'"""\n{text}"""' if "\n" in text else f'"{text}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char in "\n\t" or (char >= " " and char != "\x7f") else f"\\u{ord(char):04X}"


@transaction.atomic
def import_blocks(*, authority: PermitAuthority, by: User | None, file: bytes, check_only: bool = False) -> BlockImport:
    """Take in a file as `export_blocks` writes it: new keys become blocks, known ones new versions where they differ.

    Nothing is archived for being absent. Raises AccessDeniedError; BlockFileError with all mistakes, and then nothing
    was written.
    """
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    rows = _rows(file)
    read, errors = _contents(rows, authority)
    blocks = {
        block.key: block
        for block in TextBlock.objects.filter(authority=authority, key__in=read).select_related("current")
    }
    errors += [
        f"Baustein „{key}“ liegt im Archiv. Bitte holen Sie ihn zuerst zurück."
        for key, block in blocks.items()
        if block.archived_at is not None
    ]
    if errors:
        raise BlockFileError(_shown(errors))
    result: dict[str, list[str]] = {"created": [], "changed": [], "unchanged": []}
    for key, (content, note) in read.items():
        block = blocks.get(key)
        if block is None:
            result["created"].append(key)
            if not check_only:
                create_block(authority=authority, by=by, key=key, content=content, note=note)
        elif block.current is not None and BlockContent.of(block.current) == content:
            result["unchanged"].append(key)
        else:
            result["changed"].append(key)
            based_on = block.current.number if block.current else 0
            if not check_only:
                save_block(block=block, by=by, content=content, based_on=based_on, note=note)
    return BlockImport(**{name: tuple(keys) for name, keys in result.items()})


def _rows(file: bytes) -> list[Any]:
    if len(file) > MAX_BYTES:
        raise BlockFileError([f"Die Datei ist größer als {MAX_BYTES // 1_000_000} MB."])
    try:
        data = read_toml(file)
    except InvalidInputError as error:
        raise BlockFileError([str(error)]) from error
    rows = data.get(TABLE)
    if set(data) - {TABLE} or not isinstance(rows, list) or not rows:
        raise BlockFileError([f"Die Datei enthält Bausteine als [[{TABLE}]] und sonst nichts."])
    if len(rows) > MAX_BLOCKS:
        raise BlockFileError([f"Die Datei enthält {len(rows)} Bausteine; möglich sind {MAX_BLOCKS} auf einmal."])
    return rows


def _contents(rows: list[Any], authority: PermitAuthority) -> tuple[dict[str, tuple[BlockContent, str]], list[str]]:
    """Return what is in order by key, and every mistake of every block."""
    read: dict[str, tuple[BlockContent, str]] = {}
    seen: set[str] = set()
    errors: list[str] = []
    for number, row in enumerate(rows, start=1):
        given = row.get("schluessel") if isinstance(row, dict) else None
        key = given.strip().upper() if isinstance(given, str) else ""
        where = f"Baustein {number}" + (f" („{key[:20]}“)" if key else "")
        if not isinstance(row, dict):
            errors.append(f"{where}: ist keine Tabelle.")
            continue
        mistakes = []
        if not KEY.fullmatch(key):
            mistakes.append(("", "„schluessel“ fehlt oder hat unerlaubte Zeichen."))
        elif key in seen:
            mistakes.append(("", "Den Schlüssel gibt es in der Datei zweimal."))
        seen.add(key)
        content, wrong = _content(row, authority)
        note, wrong_note = _note(row)
        mistakes += wrong + wrong_note
        errors += [f"{where}{f', {name}' if name else ''}: {message}" for name, message in mistakes]
        if not mistakes:
            read[key] = (content, note)
    return read, errors


def _note(row: Mapping[str, Any]) -> tuple[str, list[Mistake]]:
    note = row.get("anlass", "")
    if not isinstance(note, str):
        return "", [("anlass", f"muss {_TYPE_WORDS[str]} sein.")]
    if len(note) > MAX_NOTE:
        return "", [("anlass", f"hat {len(note)} Zeichen; möglich sind {MAX_NOTE}.")]
    return note, []


def _content(row: Mapping[str, Any], authority: PermitAuthority) -> tuple[BlockContent, list[Mistake]]:
    """Return what a block of the file says, and everything that is wrong with it.

    A value that is missing or of the wrong type leaves its field empty, so that the others are looked at all the same.
    """
    mistakes: list[Mistake] = []
    if unknown := set(row) - set(FIELDS) - {"schluessel", "anlass"}:
        mistakes.append(("", f"Unbekannte Angaben: {', '.join(name[:40] for name in sorted(unknown))}."))
    if missing := [name for name in REQUIRED if name not in row]:
        mistakes.append(("", f"Es fehlt: {', '.join(missing)}."))
    values: dict[str, Any] = {"title": "", "kind": "", "stage": "", "text": "", "valid_from": dt.date.min}
    told = {FIELDS[name][0] for name in missing}
    for name, (attribute, kind) in FIELDS.items():
        if name not in row:
            continue
        value = row[name]
        listed = kind is list and isinstance(value, list) and all(isinstance(item, str) for item in value)
        plain = kind is not list and isinstance(value, kind) and not isinstance(value, dt.datetime)
        if not (listed or plain):
            mistakes.append((name, f"„{name}“ muss {_TYPE_WORDS[kind]} sein."))
            told.add(attribute)
        else:
            values[attribute] = tuple(value) if listed else value
    values["kind"] = _id(ConditionKind, values["kind"])
    values["stage"] = _id(ConditionStage, values["stage"])
    content = tidied(BlockContent(**values))
    german = {attribute: name for name, (attribute, _) in FIELDS.items()}
    mistakes += [
        (german.get(error.field or "", ""), str(error))
        for error in content_errors(content, authority)
        if error.field not in told
    ]
    return content, mistakes


def _id(choices: type[ConditionKind] | type[ConditionStage], given: str) -> str:
    """Return the id of a choice that a file names by its German label or its id."""
    by_label = {label.lower(): str(value) for value, label in choices.choices}
    return by_label.get(given.strip().lower(), given.strip())


def _shown(errors: list[str]) -> list[str]:
    more = len(errors) - SHOWN_ERRORS
    return [*errors[:SHOWN_ERRORS], f"… und {more} weitere."] if more > 0 else errors
