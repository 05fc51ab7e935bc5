"""A Fiktionsbescheinigung of a permit with everything, and of a plain one."""

from __future__ import annotations

import dataclasses
from datetime import date

from reports.contexts import (
    ConditionItem,
    ConditionKind,
    DeviationRow,
    DocumentContext,
    Summary,
)
from reports.contexts.decision_parts import deferred_structural_proof
from reports.contexts.fiction_certificate import FictionCertificate, FictionStep
from reports.samples.cast import APPROVED, ASK, CASE, COMMON, PARCELS, REMEDY, SITE_PLAN

COMPLETE = FictionStep(
    on=date(2026, 7, 20),
    title="Alle Unterlagen lagen vor; die Frist begann.",
    legal_basis="§ 42a Abs. 2 Satz 2 VwVfG",
)
EXPIRED = FictionStep(
    on=date(2026, 11, 18),
    title="Die Frist lief ab, ohne dass wir entschieden hatten.",
    legal_basis="§ 42a Abs. 2 VwVfG",
)


def fiction_certificate(**changes: object) -> FictionCertificate:
    """A Fiktionsbescheinigung with an extension, a deviation and deferred structural proof."""
    values: dict[str, object] = {
        **COMMON,
        "case": dataclasses.replace(CASE, applied_on=date(2026, 7, 6)),
        "summary": Summary(
            decided="Ihre Baugenehmigung gilt seit dem 19. November 2026 als erteilt.",
            to_do=(
                "Heben Sie diese Bescheinigung gut auf: Sie ist Ihr Nachweis.",
                "Legen Sie vor Baubeginn den Nachweis der Standsicherheit vor (Nebenbestimmung 1).",
            ),
            until=(
                "Beginnen Sie bis zum 19. November 2029 mit dem Bau, sonst erlischt die Genehmigung.",
                "Sind Sie nicht einverstanden, können Sie innerhalb eines Monats Widerspruch einlegen.",
            ),
            ask=ASK,
        ),
        "legal_basis": "§ 42a Abs. 3 VwVfG in Verbindung mit § 70a NBauO",
        "fiction_basis": "§ 70a NBauO in Verbindung mit § 42a Abs. 1 VwVfG",
        "effective_on": date(2026, 11, 19),
        "steps": (
            FictionStep(on=date(2026, 7, 6), title="Ihr Bauantrag ging ein."),
            COMPLETE,
            FictionStep(
                on=date(2026, 10, 12),
                title="Wir verlängerten die Frist einmal, vom 20. Oktober auf den 18. November 2026.",
                legal_basis="§ 42a Abs. 2 Satz 3 und 4 VwVfG",
            ),
            EXPIRED,
            FictionStep(
                on=date(2026, 11, 19),
                title="Seit diesem Tag gilt die Baugenehmigung als erteilt.",
                legal_basis="§ 42a Abs. 1 VwVfG",
            ),
        ),
        "operative": (
            (
                "Genehmigt ist der Neubau eines Einfamilienhauses mit Garage, so wie ihn die unten genannten "
                "Bauvorlagen zeigen."
            ),
            "Die Baugenehmigung ergeht unbeschadet der Rechte Dritter.",
        ),
        "validity": (
            (
                "Die Baugenehmigung erlischt, wenn Sie nicht bis zum Ablauf des 19. November 2029 mit den Bauarbeiten "
                "beginnen oder die Arbeiten danach drei Jahre lang unterbrechen (§ 71 NBauO). Vorher können Sie eine "
                "Verlängerung beantragen."
            ),
        ),
        "deviations": (
            DeviationRow(
                kind="Befreiung",
                legal_basis="§ 31 Abs. 2 BauGB",
                rule="Bebauungsplan Nr. 12 „Lindenhof“, Baugrenze",
                extent="Überschreitung der südlichen Baugrenze durch die Terrasse um 0,80 m auf 4,50 m Länge",
            ),
        ),
        "parcels": PARCELS,
        "conditions": (
            deferred_structural_proof(legal_basis="§ 67 Abs. 3 NBauO"),
            ConditionItem(
                kind=ConditionKind.ADVISORY_NOTE,
                text="Die Genehmigungsfiktion ersetzt keine Erlaubnis nach anderem Recht, zum Beispiel im "
                "Denkmalschutz oder im Naturschutz, wenn dafür eine eigene Entscheidung nötig ist.",
            ),
        ),
        "approved_documents": APPROVED,
        "legal_remedy": REMEDY,
        "drawing": SITE_PLAN,
        "enclosures": ("Lageplan im Maßstab 1:500", "Genehmigte Bauvorlagen (im Portal abrufbar)"),
    }
    return FictionCertificate(**{**values, **changes})  # type: ignore[arg-type]


def short_certificate() -> FictionCertificate:
    """Without extension, deviation, condition and drawing."""
    return fiction_certificate(
        case=dataclasses.replace(CASE, applied_on=date(2026, 8, 18)),
        summary=Summary(
            decided="Ihre Baugenehmigung gilt seit dem 19. November 2026 als erteilt.",
            to_do=("Heben Sie diese Bescheinigung gut auf: Sie ist Ihr Nachweis.",),
            until=("Beginnen Sie bis zum 19. November 2029 mit dem Bau, sonst erlischt die Genehmigung.",),
            ask=ASK,
        ),
        steps=(dataclasses.replace(COMPLETE, on=date(2026, 8, 18)), EXPIRED),
        deviations=(),
        conditions=(),
        parcels=PARCELS[:1],
        approved_documents=APPROVED[:1],
        drawing=None,
        enclosures=(),
    )


SAMPLES: dict[str, DocumentContext] = {
    "fiction_certificate": fiction_certificate(),
    "fiction_certificate_short": short_certificate(),
}
