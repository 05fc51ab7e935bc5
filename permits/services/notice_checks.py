"""Is a file a notice of ours, unaltered, and is it in force? Everything that can be held against the record."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from permits.errors import InvalidInputError
from permits.models import IssuedDocument, RegisterEntry, StoredFile
from permits.selectors.notice_effect import Effect, current_effect
from permits.selectors.permit_validity import Validity, validity_of
from permits.selectors.verification import Successor, later_acts
from permits.services.documents_out import check_seal
from permits.services.files import DamagedFileError, read_file
from reports.pdf import Asset, AttachmentRef, RenderError, renderer_versions, rerender
from reports.pdf_revisions import UnreadablePdfError, embedded_files, require_readable, revision_hashes
from reports.seal_validation import SealState, SealValidation


class Verdict(StrEnum):
    """What the whole check comes to."""

    GENUINE = "genuine"
    CORRECTED = "corrected"
    REVOKED = "revoked"
    REVOCATION_ISSUED = "revocation_issued"  # in force until what takes it back is notified
    NOT_NOTIFIED = "not_notified"  # genuine, and not in force yet
    NOT_GENUINE = "not_genuine"
    CANNOT_BE_ESTABLISHED = "cannot_be_established"


class Match(StrEnum):
    """How the file stands to the register."""

    WHOLE = "whole"  # the very file
    EXTENDED = "extended"  # the registered file, with something appended to it
    NONE = "none"


class Proof(StrEnum):
    """How one comparison with the stored record ended."""

    SAME = "same"
    DIFFERENT = "different"
    VERSIONS_DIFFER = "versions_differ"  # rendered by other versions than are installed: nothing is proven
    RECORD_DAMAGED = "record_damaged"  # what was stored cannot be read any more
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, kw_only=True)
class NoticeCheck:
    """Result for one file; ``other_versions`` maps a renderer to (then, now) where both differ."""

    sha256: str
    seal: SealValidation
    match: Match
    entry: RegisterEntry | None
    later: tuple[Successor, ...]
    effect: Effect
    inputs: Proof
    files: Proof
    other_versions: Mapping[str, tuple[str, str]]
    validity: Validity | None = None

    @property
    def verdict(self) -> Verdict:
        """What it comes to. A fault of the file weighs more than what happened to the notice."""
        if (
            self.entry is None
            or self.files is Proof.DIFFERENT
            or (self._sealed and self.seal.state is SealState.INVALID)
        ):
            return Verdict.NOT_GENUINE
        if self.effect is Effect.ENDED:
            return Verdict.REVOKED
        if self.effect is Effect.ENDING:
            return Verdict.REVOCATION_ISSUED
        if self._open_questions:
            return Verdict.CANNOT_BE_ESTABLISHED
        if self.effect is Effect.NOT_YET:
            return Verdict.NOT_NOTIFIED
        return Verdict.CORRECTED if self.later else Verdict.GENUINE

    @property
    def _sealed(self) -> bool:
        return self.entry is not None and bool(self.entry.seal_level)

    @property
    def _open_questions(self) -> bool:
        appended_unsealed = self.match is Match.EXTENDED and not self._sealed
        not_proven = self._sealed and self.seal.state is not SealState.VALID
        broken = {Proof.DIFFERENT, Proof.RECORD_DAMAGED} & {self.inputs, self.files}
        # Whether the works had begun by then is not known here.
        lapsed = self.effect is Effect.IN_FORCE and self.validity is not None and self.validity.is_over
        return appended_unsealed or not_proven or bool(broken) or lapsed


@dataclass(frozen=True)
class _Record:
    """The stored inputs of a paper, as ``reports.pdf.rerender`` takes them."""

    html: str
    css: str
    assets: Mapping[str, Asset]
    attachments: tuple[AttachmentRef, ...]
    created_at: object


def check_notice(pdf: bytes) -> NoticeCheck:
    """Hold a file against seal, register and stored record. Reads only; renders once (seconds).

    Raises InvalidInputError for what is neither in the register nor a readable PDF.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    entry, match = _find(pdf, sha256)
    if entry is None:
        try:
            require_readable(pdf)
        except UnreadablePdfError as error:
            raise InvalidInputError(str(error)) from error
    seal = check_seal(pdf)
    if entry is None or entry.document is None:
        return NoticeCheck(
            sha256=sha256, seal=seal, match=Match.NONE, entry=None, later=(), effect=Effect.NONE,
            inputs=Proof.NOT_CHECKED, files=Proof.NOT_CHECKED, other_versions={},
        )  # fmt: skip
    document = entry.document
    now = renderer_versions()
    then = document.renderer_versions
    other = {
        name: (then.get(name, ""), now.get(name, ""))
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    }
    return NoticeCheck(
        sha256=sha256,
        seal=seal,
        match=match,
        entry=entry,
        later=later_acts(entry),
        effect=current_effect(document),
        inputs=_inputs(document, versions_differ=bool(other)),
        files=_files(pdf, document),
        other_versions=other,
        validity=validity_of(document),
    )


def _find(pdf: bytes, sha256: str) -> tuple[RegisterEntry | None, Match]:
    entries = RegisterEntry.objects.select_related("document", "authority", "case", "origin")
    entry = entries.filter(sha256=sha256).first()
    if entry is not None:
        return entry, Match.WHOLE
    earlier = list(revision_hashes(pdf))
    found = {row.sha256: row for row in entries.filter(sha256__in=earlier)}
    latest = next((found[digest] for digest in earlier if digest in found), None)
    return latest, Match.EXTENDED if latest else Match.NONE


def _inputs(document: IssuedDocument, *, versions_differ: bool) -> Proof:
    """Whether what was stored still renders to the file before sealing."""
    if versions_differ:
        return Proof.VERSIONS_DIFFER
    attachments = tuple(AttachmentRef(**row) for row in document.attachments)
    wanted = {*document.assets, *(item.sha256 for item in attachments)}
    rows = StoredFile.objects.filter(authority=document.authority, sha256__in=wanted)
    try:
        assets = {row.sha256: Asset(row.media_type, read_file(row)) for row in rows}
        record = _Record(document.html, document.css, assets, attachments, document.rendered_at)
        rendered = rerender(record)  # type: ignore[arg-type]
    except (DamagedFileError, RenderError, OSError):
        return Proof.RECORD_DAMAGED
    same = hashlib.sha256(rendered).hexdigest() == document.unsealed_sha256
    return Proof.SAME if same else Proof.DIFFERENT


def _files(pdf: bytes, document: IssuedDocument) -> Proof:
    """Whether the files inside the PDF are the stored ones, and its data those of the stored context."""
    try:
        found = embedded_files(pdf)
    except UnreadablePdfError:
        return Proof.DIFFERENT
    stored = {row["name"]: row["sha256"] for row in document.attachments}
    if {name: hashlib.sha256(content).hexdigest() for name, content in found.items()} != stored:
        return Proof.DIFFERENT
    try:
        data = json.loads(found[f"{document.kind}.json"])
    except (KeyError, ValueError):
        return Proof.DIFFERENT
    return Proof.SAME if data.get("document") == document.context else Proof.DIFFERENT
