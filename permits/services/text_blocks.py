"""Writing the library of text blocks. A change is always a new version; what was used stays as it was."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace

from django.db import transaction

from permits import legal_time
from permits.block_triggers import trigger_labels
from permits.errors import InvalidInputError, StaleError, StateError
from permits.law import law
from permits.models import ConditionKind, ConditionStage, Level, PermitAuthority, TextBlock, TextBlockVersion, User
from permits.selectors.text_block_filling import block_errors
from permits.services import audit
from permits.services.access import require_on_authority
from permits.services.sealing import unprintable

KEY = re.compile(r"[A-ZÄÖÜ0-9][A-ZÄÖÜ0-9.\-]{0,19}")
MAX_TITLE, MAX_TEXT, MAX_BASIS, MAX_NOTE = 200, 5000, 200, 300


@dataclass(frozen=True, kw_only=True)
class BlockContent:
    """All that a version says; empty ``procedures`` mean every procedure, empty ``proposed_when`` no proposal."""

    title: str
    kind: str
    stage: str
    text: str
    reason: str = ""
    legal_basis: str = ""
    basis_verified: bool = False
    procedures: tuple[str, ...] = ()
    proposed_when: tuple[str, ...] = ()
    valid_from: dt.date
    valid_to: dt.date | None = None

    @classmethod
    def of(cls, version: TextBlockVersion) -> "BlockContent":
        """Return what a stored version says."""
        values = {field.name: getattr(version, field.name) for field in fields(cls)}
        return cls(**values | {name: tuple(values[name]) for name in ("procedures", "proposed_when")})


def wording_sha256(content: BlockContent | TextBlockVersion) -> str:
    """Return the SHA-256 of what a version contributes to a notice, placeholders included.

    Over the canonical JSON (sorted keys, no blanks, UTF-8) of title, kind, stage, text, reason and legal_basis.
    """
    names = ("title", "kind", "stage", "text", "reason", "legal_basis")
    return hashlib.sha256(audit.canonical({name: getattr(content, name) for name in names})).hexdigest()


@transaction.atomic
def create_block(
    *, authority: PermitAuthority, by: User | None, key: str, content: BlockContent, note: str = ""
) -> TextBlock:
    """Add a block with its first version. ``by=None`` is the system (demo, import by the operator).

    Raises AccessDeniedError; InvalidInputError where the key is taken or the content is not in order.
    """
    require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    content = checked(content, authority)
    block = new_block(authority=authority, key=key)
    write_version(block=block, by=by, content=content, note=note, event="text_block.created")
    return block


def new_block(*, authority: PermitAuthority, key: str, origin: TextBlock | None = None) -> TextBlock:
    """Insert a block without a version; callers have checked the permission and write the first version."""
    key = key.strip().upper()
    if not KEY.fullmatch(key):
        raise InvalidInputError(
            "Der Schlüssel besteht aus höchstens 20 Buchstaben, Ziffern, Punkten und Bindestrichen, zum Beispiel "
            "„A-017“.",
            field="key",
        )
    # Two who take the same key at once meet here; the second one waits, and then finds it taken.
    PermitAuthority.objects.select_for_update(of=("self",), no_key=True).get(pk=authority.pk)
    if TextBlock.objects.filter(authority=authority, key=key).exists():
        raise InvalidInputError(f"Den Schlüssel „{key}“ gibt es schon, vielleicht im Archiv.", field="key")
    return TextBlock.objects.create(authority=authority, key=key, origin=origin, created_at=legal_time.now())


@transaction.atomic
def save_block(
    *, block: TextBlock, by: User | None, content: BlockContent, based_on: int, note: str = ""
) -> TextBlockVersion:
    """Write a new version. ``based_on`` is the number of the version that the person saw.

    Raises AccessDeniedError; StaleError where somebody was faster; StateError where the block is archived;
    InvalidInputError where nothing changed or the content is not in order.
    """
    block = locked(block, by=by)
    require_current(block, based_on)
    content = checked(content, block.authority)
    if block.current is not None and content == BlockContent.of(block.current):
        raise InvalidInputError("Es hat sich nichts geändert; eine neue Fassung ist nicht nötig.")
    return write_version(block=block, by=by, content=content, note=note, event="text_block.changed")


@transaction.atomic
def archive_block(*, block: TextBlock, by: User | None) -> TextBlock:
    """Take a block out of use: it is no longer found or proposed; conditions made from it keep their reference."""
    block = locked(block, by=by)
    block.archived_at = legal_time.now()
    block.save(update_fields=["archived_at"])
    _record("text_block.archived", by=by, block=block)
    return block


@transaction.atomic
def restore_block(*, block: TextBlock, by: User | None) -> TextBlock:
    """Bring an archived block back. Raises StateError where it is not archived."""
    block = locked(block, by=by, archived=True)
    block.archived_at = None
    block.save(update_fields=["archived_at"])
    _record("text_block.restored", by=by, block=block)
    return block


def locked(block: TextBlock, *, by: User | None, archived: bool = False) -> TextBlock:
    """Return the locked, fresh row; raises AccessDeniedError, or StateError where ``archived`` does not hold."""
    fresh = TextBlock.objects.select_for_update(of=("self",)).select_related("authority", "current").get(pk=block.pk)
    require_on_authority(user=by, authority=fresh.authority, level=Level.ADMINISTER)
    if (fresh.archived_at is not None) != archived:
        raise StateError(
            "Dieser Baustein ist nicht archiviert."
            if archived
            else "Dieser Baustein ist archiviert. Bitte holen Sie ihn zuerst aus dem Archiv zurück."
        )
    return fresh


def require_current(block: TextBlock, based_on: int) -> None:
    """Raise StaleError unless the version that a person saw is still the newest one."""
    current = block.current.number if block.current else 0
    if current != based_on:
        raise StaleError(
            f"Inzwischen gibt es Fassung {current} dieses Bausteins. Es wurde nichts gespeichert und nichts "
            "überschrieben. Bitte vergleichen Sie, und speichern Sie dann erneut."
        )


def write_version(
    *,
    block: TextBlock,
    by: User | None,
    content: BlockContent,
    event: str,
    note: str = "",
    adopted_from: TextBlockVersion | None = None,
) -> TextBlockVersion:
    """Append a version to a locked block; callers have checked permission and content."""
    if len(note) > MAX_NOTE:
        raise InvalidInputError(f"Der Anlass hat mehr als {MAX_NOTE} Zeichen.", field="note")
    values = asdict(content) | {name: list(getattr(content, name)) for name in ("procedures", "proposed_when")}
    version = TextBlockVersion.objects.create(
        block=block,
        number=block.current.number + 1 if block.current else 1,
        note=note.strip(),
        sha256=wording_sha256(content),
        adopted_from=adopted_from,
        written_by=by,
        written_at=legal_time.now(),
        **values,
    )
    block.current = version
    block.save(update_fields=["current"])
    _record(event, by=by, block=block, version=version.number, sha256=version.sha256, origin=adopted_from)
    return version


def _record(event: str, *, by: User | None, block: TextBlock, **more: object) -> None:
    origin = more.pop("origin", None)
    if isinstance(origin, TextBlockVersion):
        more["origin"] = str(origin.uuid)
    audit.record(
        type=event,
        by=by,
        authority=block.authority,
        subject={"text_block": str(block.uuid), "key": block.key, **more},
    )


def checked(content: BlockContent, authority: PermitAuthority) -> BlockContent:
    """Return the content tidied up; raises InvalidInputError naming the field and, in texts, line and column."""
    content = tidied(content)
    for error in content_errors(content, authority):
        raise error
    return content


def tidied(content: BlockContent) -> BlockContent:
    """Return the content without blanks at the ends and without doubled choices."""
    return replace(
        content,
        title=" ".join(content.title.split()),
        text=_tidy(content.text),
        reason=_tidy(content.reason),
        legal_basis=" ".join(content.legal_basis.split()),
        procedures=tuple(dict.fromkeys(content.procedures)),
        proposed_when=tuple(dict.fromkeys(content.proposed_when)),
    )


def content_errors(content: BlockContent, authority: PermitAuthority) -> Iterator[InvalidInputError]:
    """Yield everything that is wrong with a tidied content, each with its field."""
    for field, label, limit in (
        ("title", "Die Bezeichnung", MAX_TITLE),
        ("text", "Der Text", MAX_TEXT),
        ("reason", "Die Begründung", MAX_TEXT),
        ("legal_basis", "Die Rechtsgrundlage", MAX_BASIS),
    ):
        value = getattr(content, field)
        if not value and field in ("title", "text"):
            yield InvalidInputError(f"{label} fehlt.", field=field)
        if len(value) > limit:
            yield InvalidInputError(f"{label} hat {len(value)} Zeichen; möglich sind {limit}.", field=field)
        if lost := unprintable(value):
            yield InvalidInputError(
                f"{label} enthält Zeichen, die sich nicht drucken lassen. Bitte ersetzen Sie sie: {lost}.", field=field
            )
        if field in ("text", "reason"):
            for error in block_errors(value):
                yield InvalidInputError(str(error), field=field)
    yield from _choice_errors(content, authority)
    if content.valid_to is not None and content.valid_to < content.valid_from:
        yield InvalidInputError("Der letzte Tag der Geltung liegt vor dem ersten.", field="valid_to")


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _choice_errors(content: BlockContent, authority: PermitAuthority) -> Iterator[InvalidInputError]:
    if content.kind not in ConditionKind.values:
        yield InvalidInputError(f"Die Art „{content.kind}“ gibt es nicht.", field="kind")
    if content.stage not in ConditionStage.values:
        yield InvalidInputError(f"Den Zeitpunkt „{content.stage}“ gibt es nicht.", field="stage")
    procedures = law(authority.land).on(legal_time.today()).procedures
    if unknown := [code for code in content.procedures if code not in procedures]:
        yield InvalidInputError(f"Unbekannte Verfahren: {', '.join(unknown)}.", field="procedures")
    known = trigger_labels(authority.land)
    if lost := [trigger for trigger in content.proposed_when if trigger not in known]:
        yield InvalidInputError(f"Unbekannte Anlässe für Vorschläge: {', '.join(lost)}.", field="proposed_when")
