"""A library as a file: written out as TOML, read back all at once or not at all."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from permits.errors import BauakteError, InvalidInputError
from permits.models import ConditionKind, ConditionStage, Level, PermitAuthority, TextBlock, User
from permits.services.access import require_on_authority
from permits.services.text_blocks import KEY, BlockContent, checked, create_block, save_block

MAX_BYTES = 5_000_000
MAX_BLOCKS = 5_000
SHOWN_ERRORS = 50
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
        data = tomllib.loads(file.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BlockFileError(["Die Datei ist nicht in UTF-8 geschrieben."]) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BlockFileError([f"Die Datei ist als TOML nicht lesbar: {error}"]) from error
    rows = data.get(TABLE)
    if set(data) - {TABLE} or not isinstance(rows, list) or not rows:
        raise BlockFileError([f"Die Datei enthält Bausteine als [[{TABLE}]] und sonst nichts."])
    if len(rows) > MAX_BLOCKS:
        raise BlockFileError([f"Die Datei enthält {len(rows)} Bausteine; möglich sind {MAX_BLOCKS} auf einmal."])
    return rows


def _contents(rows: list[Any], authority: PermitAuthority) -> tuple[dict[str, tuple[BlockContent, str]], list[str]]:
    read: dict[str, tuple[BlockContent, str]] = {}
    errors: list[str] = []
    for number, row in enumerate(rows, start=1):
        key = str(row.get("schluessel", "")).strip().upper() if isinstance(row, dict) else ""
        where = f"Baustein {number}" + (f" („{key[:20]}“)" if key else "")
        try:
            if not isinstance(row, dict):
                raise InvalidInputError("ist keine Tabelle.")
            if not KEY.fullmatch(key):
                raise InvalidInputError("„schluessel“ fehlt oder hat unerlaubte Zeichen.")
            if key in read:
                raise InvalidInputError("Den Schlüssel gibt es in der Datei zweimal.")
            read[key] = (checked(_content(row), authority), str(row.get("anlass", ""))[:300])
        except InvalidInputError as error:
            name = next((german for german, (attribute, _) in FIELDS.items() if attribute == error.field), "")
            errors.append(f"{where}{f', {name}' if name else ''}: {error}")
    return read, errors


def _content(row: Mapping[str, Any]) -> BlockContent:
    if unknown := set(row) - set(FIELDS) - {"schluessel", "anlass"}:
        raise InvalidInputError(f"Unbekannte Angaben: {', '.join(sorted(unknown))}.")
    if missing := [name for name in REQUIRED if name not in row]:
        raise InvalidInputError(f"Es fehlt: {', '.join(missing)}.")
    values: dict[str, Any] = {}
    for name, (attribute, kind) in FIELDS.items():
        if name not in row:
            continue
        value = row[name]
        if not isinstance(value, kind) or isinstance(value, dt.datetime):
            raise InvalidInputError(f"„{name}“ muss {_TYPE_WORDS[kind]} sein.")
        if isinstance(value, list):
            if not all(isinstance(item, str) for item in value):
                raise InvalidInputError(f"„{name}“ muss {_TYPE_WORDS[kind]} sein.")
            value = tuple(value)
        values[attribute] = value
    values["kind"] = _id(ConditionKind, values["kind"])
    values["stage"] = _id(ConditionStage, values["stage"])
    return BlockContent(**values)


def _id(choices: type[ConditionKind] | type[ConditionStage], given: str) -> str:
    """Return the id of a choice that a file names by its German label or its id."""
    by_label = {label.lower(): str(value) for value, label in choices.choices}
    return by_label.get(given.strip().lower(), given.strip())


def _shown(errors: list[str]) -> list[str]:
    more = len(errors) - SHOWN_ERRORS
    return [*errors[:SHOWN_ERRORS], f"… und {more} weitere."] if more > 0 else errors
