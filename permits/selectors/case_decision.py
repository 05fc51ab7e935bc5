"""The decision of a case: versions, what changed between them, who wrote, and what a first draft proposes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from permits import legal_time
from permits.check_titles import check_title, verdict_text
from permits.models import (
    ConditionKind,
    Decision,
    DecisionAct,
    DecisionContributor,
    DecisionState,
    DecisionVersion,
    Outcome,
    PermitCase,
    User,
)
from permits.parcel_numbers import parcel_label
from permits.selectors.decision_content import frozen_content
from permits.selectors.row_diff import ChangedRow, Row, row_diff


@dataclass(frozen=True)
class ChangedPart:
    """One part of a decision with its changes: running text is one row without a heading, a list has many."""

    title: str
    rows: tuple[ChangedRow, ...]
    listed: bool

    @property
    def changed(self) -> bool:
        """Whether it differs from the version before."""
        return any(row.changed for row in self.rows)


@dataclass(frozen=True)
class DecisionView:
    """What the decision page shows."""

    version: DecisionVersion | None
    previous: DecisionVersion | None
    versions: tuple[DecisionVersion, ...]
    writers: tuple[DecisionContributor, ...]
    signer: DecisionContributor | None
    parts: tuple[ChangedPart, ...]
    returned_reason: str

    def wrote(self, user: User) -> bool:
        """Whether ``user`` wrote on the latest version, and so may not sign it."""
        return any(row.user_id == user.pk for row in self.writers)


def decision_view(case: PermitCase) -> DecisionView:
    """Return the decision of a case as it stands."""
    decision = Decision.objects.filter(case=case).first()
    versions = list(decision.versions.all()) if decision else []
    version = versions[-1] if versions else None
    previous = next((row for row in reversed(versions[:-1]) if row.content), None)
    contributors = list(version.contributors.select_related("user").order_by("at", "pk")) if version else []
    return DecisionView(
        version=version,
        previous=previous,
        versions=tuple(reversed(versions)),
        writers=tuple(row for row in contributors if row.act == DecisionAct.WROTE),
        signer=next((row for row in contributors if row.act == DecisionAct.SIGNED), None),
        parts=tuple(compare(previous, version)) if version else (),
        returned_reason=previous.returned_reason
        if previous and version and version.state == DecisionState.DRAFT
        else "",
    )


def compare(before: DecisionVersion | None, after: DecisionVersion) -> list[ChangedPart]:
    """Return the parts of ``after`` with what changed since ``before`` (nothing is marked where there is none)."""
    new = after.content or frozen_content(after)
    old: Mapping[str, Any] = before.content if before and before.content else new
    return [
        ChangedPart(title, tuple(row_diff(rows(old), rows(new))), listed)
        for title, rows, listed in (
            ("Ausgang", _outcome, False),
            ("Tenor", _text_of("operative_part"), False),
            ("Begründung", _text_of("reasons"), False),
            ("Nebenbestimmungen und Hinweise", _conditions, True),
            ("Prüfergebnisse", _findings, True),
            ("Genehmigte Bauvorlagen", _documents, True),
        )
    ]


def _outcome(content: Mapping[str, Any]) -> list[Row]:
    return [Row("", str(Outcome(content["outcome"]).label))]


def _text_of(key: str) -> Callable[[Mapping[str, Any]], list[Row]]:
    return lambda content: [Row("", content[key])] if content[key] else []


def _conditions(content: Mapping[str, Any]) -> list[Row]:
    return [Row(str(ConditionKind(row["kind"]).label), row["text"]) for row in content["conditions"]]


def _findings(content: Mapping[str, Any]) -> list[Row]:
    return [Row(check_title(row.get("check", "")), _finding(row)) for row in content["findings"]]


def _finding(row: Mapping[str, Any]) -> str:
    """A result in one sentence; where the authority differs, its view and reason, then what was computed."""
    label, computed = (verdict_text(row.get("check", ""), row[key]) for key in ("verdict", "computed_verdict"))
    told = _told(computed, row["message"])
    if label == computed:
        return told
    return f"{label} (von der Behörde bewertet: {row['review_reason']}). Berechnet: {told}"


def _told(label: str, message: str) -> str:
    """The verdict and the sentence of a check, which often begins with the verdict."""
    return message if message.casefold().startswith(label.casefold()) else f"{label}: {message}"


def _documents(content: Mapping[str, Any]) -> list[Row]:
    return [Row("", f"{row['title']}, Fassung {row['version']}") for row in content["documents"]]


def proposed_tenor(case: PermitCase, outcome: str) -> str:
    """Return a first operative part; the officer changes it."""
    title = case.proposal.title or "das beantragte Bauvorhaben"
    received = f"{legal_time.legal_day(case.submitted_at):%d.%m.%Y}" if case.submitted_at else ""
    parcels = ", ".join(_parcels(case))
    place = f" auf dem Baugrundstück {case.site.address}" if case.site.address else ""
    where = f"{place} ({parcels})" if parcels else place
    if outcome == Outcome.REFUSED:
        return f"Ihr Bauantrag vom {received} für das Vorhaben „{title}“{where} wird abgelehnt."
    return (
        f"Auf Ihren Bauantrag vom {received} wird Ihnen die Baugenehmigung für das Vorhaben „{title}“{where} "
        "erteilt.\n\n"
        "Die aufgeführten Bauvorlagen sind Bestandteil dieser Genehmigung."
    )


def _parcels(case: PermitCase) -> Sequence[str]:
    return [
        parcel_label(parcel_id)
        for parcel_id in case.site.parcels.order_by("parcel_id").values_list("parcel_id", flat=True)
    ]
