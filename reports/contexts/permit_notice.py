"""Bescheid: Baugenehmigung or Ablehnung."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


class NoticeOutcome(StrEnum):
    """Tenor: granted or refused."""

    GRANTED = "granted"
    REFUSED = "refused"


class ConditionKind(StrEnum):
    """Art der Nebenbestimmung (§ 36 VwVfG); an advisory note is legally none."""

    TIME_LIMIT = "time_limit"
    CONDITION_PRECEDENT = "condition_precedent"
    CONDITION_SUBSEQUENT = "condition_subsequent"
    REQUIREMENT = "requirement"
    REVOCATION_RESERVATION = "revocation_reservation"
    REQUIREMENT_RESERVATION = "requirement_reservation"
    ADVISORY_NOTE = "advisory_note"


class ConditionStage(StrEnum):
    """When a condition bites."""

    GENERAL = "general"
    BEFORE_START = "before_start"
    DURING_CONSTRUCTION = "during_construction"
    BEFORE_USE = "before_use"
    IN_USE = "in_use"


@dataclass(frozen=True, kw_only=True)
class ConditionItem:
    """One Nebenbestimmung or Hinweis; paragraphs in ``text`` are separated by empty lines."""

    kind: ConditionKind
    text: str
    stage: ConditionStage = ConditionStage.GENERAL
    reason: str = ""
    legal_basis: str = ""


@dataclass(frozen=True, kw_only=True)
class ParcelRow:
    """One Flurstück of the site, ``area_m2`` as the cadastre gives it."""

    parcel_id: str
    label: str
    cadastral_district: str = ""
    cadastral_section: str = ""
    area_m2: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class DeviationRow:
    """Abweichung, Ausnahme or Befreiung: which rule, how far, why (§ 66 NBauO, § 31 BauGB)."""

    kind: str
    rule: str
    extent: str
    reason: str = ""
    granted: bool = True


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """One checked point as the decision relies on it; value and limit are formatted with unit."""

    title: str
    value: str
    limit: str
    assessment: str
    legal_basis: str = ""


@dataclass(frozen=True, kw_only=True)
class ReasonSection:
    """A headed part of the Begründung; the heading may be empty."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApprovedDocument:
    """An approved Bauvorlage, bound to its content by SHA-256 (64 hexadecimal digits)."""

    title: str
    file_name: str
    version: int
    dated_on: date
    sha256: str
    pages: int | None = None


@dataclass(frozen=True, kw_only=True)
class SiteDrawing:
    """Site plan, an SVG whose width and height are millimetres on paper at ``scale`` (1:scale)."""

    svg: str
    text_alternative: str
    scale: int
    caption: str = ""


@document_kind("permit_notice", title="Bescheid", version="1")
@dataclass(frozen=True, kw_only=True)
class PermitNotice(DocumentContext):
    """Bescheid: Baugenehmigung or Ablehnung.

    ``legal_basis`` is the rule that the tenor rests on ("§ 70 Abs. 1 NBauO");
    ``operative`` further numbered sentences of the tenor; ``summary`` sentences in
    plain language; ``legal_remedy`` the Rechtsbehelfsbelehrung, a paragraph each.
    """

    outcome: NoticeOutcome
    legal_basis: str
    summary: tuple[str, ...]
    operative: tuple[str, ...]
    parcels: tuple[ParcelRow, ...]
    legal_remedy: tuple[str, ...]
    reasons: tuple[ReasonSection, ...] = ()
    conditions: tuple[ConditionItem, ...] = ()
    deviations: tuple[DeviationRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    approved_documents: tuple[ApprovedDocument, ...] = ()
    drawing: SiteDrawing | None = None
