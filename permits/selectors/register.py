"""Reading the register of issued papers: an authority's own, and what was entered about a case."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from permits import legal_time
from permits.models import (
    ChangeState,
    IssuedDocument,
    NoticeChange,
    Outcome,
    PermitAuthority,
    PermitCase,
    RegisterAct,
    RegisterEntry,
    User,
)
from permits.models.notice_change import OPEN_CHANGES, ChangeKind, RemedyEffect
from permits.selectors.access import authorities_of
from permits.selectors.notice_standing import Standing, standings
from permits.selectors.revocation_period import RevocationPeriod, period_of_change
from permits.selectors.verification import SEAL_LEVELS
from reports.registry import KINDS

PAGE_SIZE = 50
CSV_HEAD = (
    "Nr.", "Eingetragen", "Vorgang", "Eintrag", "Art", "Schriftstück", "Titel", "Bezug auf Nr.", "Rechtsgrundlage",
    "Grund", "Vorbereitet", "Gezeichnet", "SHA-256", "SHA-256 vor dem Siegeln", "Siegel", "Profil", "Siegelnummer",
    "Fassung der Vorlage", "Textbausteine", "Briefteile", "SHA-256 der Daten", "Programmfassungen",
)  # fmt: skip
# A spreadsheet takes text that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


REFUSALS_STAY = (
    "Eine Ablehnung lässt sich hier nicht zurücknehmen oder widerrufen: Ihre Aufhebung setzt das Verfahren fort, und "
    "das ist noch nicht möglich. Ein neuer Antrag führt zu einer neuen Entscheidung."
)


@dataclass(frozen=True)
class RegisterQuery:
    """What somebody looks for; empty parts do not narrow. ``before`` is the number below which the page begins."""

    text: str = ""
    act: str = ""
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    before: int | None = None


@dataclass(frozen=True)
class RegisterPage:
    """One page of a register, newest first; ``next_before`` leads to older entries."""

    entries: tuple[RegisterEntry, ...]
    next_before: int | None
    count: int


@dataclass(frozen=True)
class NoticeState:
    """A notice of a case with its entry, its standing, and the change that is under way or was returned last."""

    entry: RegisterEntry
    standing: Standing
    change: NoticeChange | None
    returned: NoticeChange | None

    @property
    def may_change(self) -> bool:
        """Whether a correction or revocation may be prepared."""
        document = self.entry.document
        decided = document is not None and document.decision_version_id is not None
        return decided and self.standing.ending is None and self.change is None

    @property
    def may_return(self) -> bool:
        """Whether the change under way may be sent back: it is not signed, or signed and cannot be issued."""
        change = self.change
        return change is not None and (change.state == ChangeState.PROPOSED or bool(change.failed_error))

    @property
    def period(self) -> RevocationPeriod | None:
        """The time within which the change under way, or the one returned last, has to be issued, if it has one."""
        change = self.change or self.returned
        return period_of_change(change) if change else None

    @property
    def remedy(self) -> str:
        """What the correction under way means for the time in which the notice may be objected to; else empty."""
        said = self.change.content.get("remedy") if self.change else None
        correction = self.change is not None and self.change.kind == ChangeKind.CORRECTION
        return str(RemedyEffect(said).label) if said and correction else ""

    @property
    def not_revocable(self) -> str:
        """Why the notice can be corrected only; empty where it may be withdrawn or revoked."""
        return reason_against_revoking(self.entry.document) if self.entry.document else ""


def reason_against_revoking(document: IssuedDocument) -> str:
    """Return why a decision cannot be withdrawn or revoked here, in German; empty where it can."""
    version = document.decision_version
    return REFUSALS_STAY if version is not None and version.outcome != Outcome.GRANTED else ""


@dataclass(frozen=True)
class NoticeCorrection:
    """A correction of a notice: number of its paper, and the day on which it was entered."""

    number: str
    issued_on: dt.date


def corrections_of(document: IssuedDocument) -> list[NoticeCorrection]:
    """Return the corrections of a notice, oldest first."""
    entries = RegisterEntry.objects.filter(origin__document=document, act=RegisterAct.CORRECTED).order_by("number")
    return [NoticeCorrection(row.document_number, legal_time.legal_day(row.entered_at)) for row in entries]


def registers_of(user: User) -> QuerySet[PermitAuthority]:
    """Return the authorities whose register ``user`` may read: its staff and auditors."""
    return authorities_of(user, levels=frozenset({"read"}))


def _found(authority: PermitAuthority, query: RegisterQuery) -> QuerySet[RegisterEntry]:
    rows = RegisterEntry.objects.filter(authority=authority)
    if query.text:
        wanted = Q(document_number__icontains=query.text) | Q(case__case_number__icontains=query.text)
        if query.text.isdecimal() and len(query.text) < 10:
            wanted |= Q(number=int(query.text))
        rows = rows.filter(wanted)
    if query.act:
        rows = rows.filter(act=query.act)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.since:
        rows = rows.filter(entered_at__gte=_midnight(query.since))
    if query.until:
        rows = rows.filter(entered_at__lt=_midnight(query.until + dt.timedelta(days=1)))
    return rows


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=legal_time.BERLIN)


def register_page(authority: PermitAuthority, query: RegisterQuery) -> RegisterPage:
    """Return a page of a register. Two queries, however many entries there are."""
    found = _found(authority, query)
    rows = found.select_related("case", "document", "origin", "signed_by").order_by("-number")
    if query.before is not None:
        rows = rows.filter(number__lt=query.before)
    page = list(rows[: PAGE_SIZE + 1])
    shown = page[:PAGE_SIZE]
    return RegisterPage(tuple(shown), shown[-1].number if len(page) > PAGE_SIZE else None, found.count())


def kinds_of(authority: PermitAuthority) -> list[tuple[str, str]]:
    """Return the kinds of paper in a register with a title of each, in German order."""
    rows = RegisterEntry.objects.filter(authority=authority).order_by("kind", "-number").distinct("kind")
    return sorted(((row.kind, row.title) for row in rows), key=lambda pair: pair[1].casefold())


def entries_of(case: PermitCase) -> list[RegisterEntry]:
    """Return everything entered about a case, newest first."""
    return list(
        case.register_entries.select_related("document__decision_version", "origin", "by", "signed_by").order_by(
            "-number"
        )
    )


def notice_states(case: PermitCase, entries: Iterable[RegisterEntry]) -> list[NoticeState]:
    """Return the decisions of a case with what followed each, newest first."""
    known = standings(case)
    changes = case.notice_changes.order_by("pk").select_related("prepared_by", "signed_by")
    last = {change.concerns_id: change for change in changes}
    return [
        NoticeState(
            entry=row,
            standing=known.get(row.document_id or 0, Standing()),
            change=_in_state(last.get(row.document_id or 0), OPEN_CHANGES),
            returned=_in_state(last.get(row.document_id or 0), (ChangeState.RETURNED,)),
        )
        for row in entries
        if row.act == RegisterAct.ISSUED and row.document is not None and row.document.decision_version_id is not None
    ]


def _in_state(change: NoticeChange | None, states: Collection[str]) -> NoticeChange | None:
    return change if change is not None and change.state in states else None


def csv_rows(authority: PermitAuthority, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
    """Yield the head and every entry that a search finds, oldest first, as text."""
    yield CSV_HEAD
    rows = _found(authority, query).select_related("case", "origin", "by", "signed_by").order_by("number")
    for row in rows.iterator(chunk_size=500):
        yield tuple(_harmless(cell) for cell in _cells(row))


def _cells(row: RegisterEntry) -> tuple[str, ...]:
    return (
        str(row.number),
        f"{row.entered_at.astimezone(legal_time.BERLIN):%d.%m.%Y %H:%M}",
        row.case.case_number,
        row.get_act_display(),
        _kind(row),
        row.document_number,
        row.title,
        str(row.origin.number) if row.origin else "",
        row.legal_basis,
        row.reason,
        row.by.full_name if row.by else "",
        row.signed_by.full_name if row.signed_by else "",
        row.sha256,
        row.unsealed_sha256,
        SEAL_LEVELS.get(row.seal_level, row.seal_level),
        row.seal_profile,
        row.seal_serial,
        row.template_version,
        ", ".join(f"{block['key']} v{block['version']}" for block in row.text_blocks),
        ", ".join(f"{part['key']} v{part['version']}" for part in row.letter_parts),
        row.context_sha256,
        ", ".join(f"{name} {version}" for name, version in sorted(row.renderer_versions.items())),
    )


def _kind(row: RegisterEntry) -> str:
    """Return the German name of a kind; one that is no longer made still has the title of its paper."""
    kind = KINDS.get(row.kind)
    return kind.title if kind else row.title


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
