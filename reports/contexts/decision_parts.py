"""What decisions share: Nebenbestimmungen, Flurstücke, Abweichungen, findings, Bauvorlagen, reasons, drawings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reports.contexts.parts import DocumentContext, TextBlockRef


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


CONDITION_KIND_TITLES = {
    ConditionKind.TIME_LIMIT: "Befristungen",
    ConditionKind.CONDITION_PRECEDENT: "Aufschiebende Bedingungen",
    ConditionKind.CONDITION_SUBSEQUENT: "Auflösende Bedingungen",
    ConditionKind.REQUIREMENT: "Auflagen",
    ConditionKind.REVOCATION_RESERVATION: "Widerrufsvorbehalte",
    ConditionKind.REQUIREMENT_RESERVATION: "Auflagenvorbehalte",
}
CONDITION_STAGE_TITLES = {
    ConditionStage.GENERAL: "Allgemein",
    ConditionStage.BEFORE_START: "Vor Baubeginn",
    ConditionStage.DURING_CONSTRUCTION: "Während der Bauausführung",
    ConditionStage.BEFORE_USE: "Vor Aufnahme der Nutzung",
    ConditionStage.IN_USE: "Während der Nutzung",
}


@dataclass(frozen=True, kw_only=True)
class ConditionItem:
    """One Nebenbestimmung or Hinweis; paragraphs in ``text`` are separated by empty lines."""

    kind: ConditionKind
    text: str
    stage: ConditionStage = ConditionStage.GENERAL
    reason: str = ""
    legal_basis: str = ""
    text_block: TextBlockRef | None = None


@dataclass(frozen=True, kw_only=True)
class ConditionStageGroup:
    """Conditions of one kind and stage; the first has the number ``numbered_before + 1``."""

    title: str
    items: tuple[ConditionItem, ...]
    numbered_before: int


@dataclass(frozen=True, kw_only=True)
class ConditionGroup:
    """Conditions of one kind, by stage."""

    title: str
    stages: tuple[ConditionStageGroup, ...]


@dataclass(frozen=True, kw_only=True)
class ParcelRow:
    """One Flurstück of the site, ``label`` its number ("45/6"), ``area_m2`` as the cadastre gives it."""

    parcel_id: str
    label: str
    cadastral_district: str = ""
    cadastral_section: str = ""
    area_m2: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class DeviationRow:
    """Abweichung, Ausnahme or Befreiung: which rule, how far, why; ``legal_basis`` is the rule that allows it."""

    kind: str
    rule: str
    extent: str
    reason: str = ""
    granted: bool = True
    legal_basis: str = ""


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """One checked point as the decision relies on it; value and limit are formatted with unit.

    ``computed`` is the result of the check where the authority sees it otherwise, empty where it does not; ``reason``
    is what the authority says about it. ``unverified``: a rule or value behind it has not been compared with its
    source.
    """

    title: str
    value: str
    limit: str
    assessment: str
    legal_basis: str = ""
    computed: str = ""
    reason: str = ""
    assumptions: tuple[str, ...] = ()
    unverified: bool = False


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
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionContext(DocumentContext):
    """Bescheid of any kind.

    ``legal_basis`` is the rule that the tenor rests on; ``operative`` the tenor as the authority wrote it, a numbered
    sentence each; ``legal_remedy`` the Rechtsbehelfsbelehrung, a paragraph each.
    """

    legal_basis: str
    operative: tuple[str, ...]
    parcels: tuple[ParcelRow, ...]
    legal_remedy: tuple[str, ...]
    reasons: tuple[ReasonSection, ...] = ()
    conditions: tuple[ConditionItem, ...] = ()
    deviations: tuple[DeviationRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    approved_documents: tuple[ApprovedDocument, ...] = ()
    drawing: SiteDrawing | None = None
    result_drawings: tuple[SiteDrawing, ...] = ()

    @property
    def condition_groups(self) -> list[ConditionGroup]:
        """Nebenbestimmungen by kind, then by stage; numbered through in the order printed."""
        return group_conditions(self.conditions)

    @property
    def notes(self) -> list[ConditionItem]:
        """Hinweise, which are no Nebenbestimmungen and are printed apart."""
        return [item for item in self.conditions if item.kind is ConditionKind.ADVISORY_NOTE]

    @property
    def total_area_m2(self) -> Decimal | None:
        """Sum of the parcels' areas; unknown where one of them is."""
        areas = [parcel.area_m2 for parcel in self.parcels]
        return None if None in areas else sum((area for area in areas if area is not None), Decimal(0))


def group_conditions(conditions: tuple[ConditionItem, ...]) -> list[ConditionGroup]:
    """Nebenbestimmungen by kind, then by stage; numbered through in the order printed. Hinweise are left out."""
    groups = []
    numbered = 0
    for kind, kind_title in CONDITION_KIND_TITLES.items():
        stages = []
        for stage, stage_title in CONDITION_STAGE_TITLES.items():
            items = tuple(item for item in conditions if item.kind is kind and item.stage is stage)
            if items:
                stages.append(ConditionStageGroup(title=stage_title, items=items, numbered_before=numbered))
                numbered += len(items)
        if len(stages) == 1 and stages[0].title == CONDITION_STAGE_TITLES[ConditionStage.GENERAL]:
            stages = [replace(stages[0], title="")]  # a lone "Allgemein" says nothing
        if stages:
            groups.append(ConditionGroup(title=kind_title, stages=tuple(stages)))
    return groups


def deferred_structural_proof(*, legal_basis: str) -> ConditionItem:
    """The suspensive condition under which a permit goes out before its structural proof.

    ``legal_basis`` is the rule that lets the proof come later.
    """
    return ConditionItem(
        kind=ConditionKind.CONDITION_PRECEDENT,
        stage=ConditionStage.BEFORE_START,
        text="Mit den Bauarbeiten darf erst begonnen werden, wenn der Nachweis der Standsicherheit der "
        "Bauaufsichtsbehörde vorliegt und diese schriftlich oder elektronisch bestätigt hat, dass er geprüft ist.",
        legal_basis=legal_basis,
        reason="Der Nachweis der Standsicherheit wird auf Antrag der Bauherrschaft erst nach der Baugenehmigung "
        "vorgelegt. Bis dahin ist nicht geklärt, ob das Bauwerk standsicher ist.",
    )
