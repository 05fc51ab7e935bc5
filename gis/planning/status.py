"""Legal status of binding plans and of their objects, by the codes of XPlanGML (BP_Rechtsstand, XP_Rechtsstand)."""

from enum import StrEnum


class LegalStatus(StrEnum):
    """Rechtsstand of a plan: the code of BP_Rechtsstand (XPlanGML 5.0–6.0), or UNKNOWN where the plan states none."""

    PREPARATION_DECIDED = "1000"  # Aufstellungsbeschluss
    DRAFT = "2000"  # Entwurf
    EARLY_AUTHORITY_CONSULTATION = "2100"  # frühzeitige Behördenbeteiligung, § 4 (1) BauGB
    EARLY_PUBLIC_CONSULTATION = "2200"  # frühzeitige Öffentlichkeitsbeteiligung, § 3 (1) BauGB
    DRAFT_DECIDED = "2250"  # Entwurfsbeschluss
    INTERNAL_PROCEDURE = "2260"  # internes Verfahren
    AUTHORITY_CONSULTATION = "2300"  # Behördenbeteiligung, § 4 (2) BauGB
    PUBLIC_DISPLAY = "2400"  # öffentliche Auslegung, § 3 (2) BauGB
    BYLAW = "3000"  # Satzung
    IN_FORCE = "4000"  # in Kraft getreten
    PARTLY_ENDED = "4500"  # teilweise untergegangen
    PARTLY_REPEALED = "45000"  # teilweise aufgehoben
    PARTLY_OUT_OF_FORCE = "45001"  # teilweise außer Kraft
    ENDED = "5000"  # untergegangen
    REPEALED = "50000"  # aufgehoben
    OUT_OF_FORCE = "50001"  # außer Kraft
    UNKNOWN = ""

    @property
    def in_force(self) -> bool:
        """Whether the plan binds. A plan that has ended in part still does: its own file says where."""
        return self in _IN_FORCE

    @property
    def label(self) -> str:
        """German words for people."""
        return _LABELS[self]

    @classmethod
    def from_code(cls, code: str | None) -> "LegalStatus":
        """Status of a code as it stands in the file; UNKNOWN for none and for one that no list has."""
        try:
            return cls((code or "").strip())
        except ValueError:
            return cls.UNKNOWN


class ObjectStatus(StrEnum):
    """Rechtsstand of one object (XP_Rechtsstand): what it was when the plan was made."""

    PLANNED = "1000"  # geplant
    EXISTING = "2000"  # bestehend
    CEASING = "3000"  # fortfallend
    UNKNOWN = ""

    @classmethod
    def from_code(cls, code: str | None) -> "ObjectStatus | None":
        """Status of a code; None where the object states none, UNKNOWN for a code that no list has."""
        if code is None:
            return None
        try:
            return cls(code.strip())
        except ValueError:
            return cls.UNKNOWN


_IN_FORCE = frozenset(
    {LegalStatus.IN_FORCE, LegalStatus.PARTLY_ENDED, LegalStatus.PARTLY_REPEALED, LegalStatus.PARTLY_OUT_OF_FORCE}
)
_LABELS = {
    LegalStatus.PREPARATION_DECIDED: "Aufstellungsbeschluss",
    LegalStatus.DRAFT: "Entwurf",
    LegalStatus.EARLY_AUTHORITY_CONSULTATION: "frühzeitige Behördenbeteiligung",
    LegalStatus.EARLY_PUBLIC_CONSULTATION: "frühzeitige Öffentlichkeitsbeteiligung",
    LegalStatus.DRAFT_DECIDED: "Entwurfsbeschluss",
    LegalStatus.INTERNAL_PROCEDURE: "internes Verfahren",
    LegalStatus.AUTHORITY_CONSULTATION: "Behördenbeteiligung",
    LegalStatus.PUBLIC_DISPLAY: "öffentliche Auslegung",
    LegalStatus.BYLAW: "Satzung beschlossen",
    LegalStatus.IN_FORCE: "in Kraft",
    LegalStatus.PARTLY_ENDED: "teilweise untergegangen",
    LegalStatus.PARTLY_REPEALED: "teilweise aufgehoben",
    LegalStatus.PARTLY_OUT_OF_FORCE: "teilweise außer Kraft",
    LegalStatus.ENDED: "untergegangen",
    LegalStatus.REPEALED: "aufgehoben",
    LegalStatus.OUT_OF_FORCE: "außer Kraft",
    LegalStatus.UNKNOWN: "nicht angegeben",
}
