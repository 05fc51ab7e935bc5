"""Who acts next on a case: the open step of its flow, in the words that officers see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from permits.models import ChangeState, Level, NoticeChange, PermitCase

OPEN = (STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.STARTED, STATUS.ERROR)


@dataclass(frozen=True)
class OpenStep:
    """An open step. ``level`` is what a person needs to take it (empty: nobody of the authority takes it).

    ``page`` is the name of the address where it is taken, ``action`` the text of the button that leads there.
    """

    node: str
    title: str
    actor: str
    level: str = ""
    page: str = "case_detail"
    action: str = ""
    task_id: int | None = None

    @property
    def failed(self) -> bool:
        """Whether a job of the worker gave up on this step."""
        return self.node == "issue_failed"


STEPS: Mapping[str, OpenStep] = {
    step.node: step
    for step in (
        OpenStep(
            "check_completeness",
            "Vollständigkeit prüfen",
            "Sachbearbeitung",
            Level.PROCESS,
            "staff_completeness",
            "Vollständigkeit prüfen",
        ),
        OpenStep("await_information", "Wartet auf Unterlagen", "Antragstellende", page="staff_completeness"),
        OpenStep(
            "assess", "Fachlich prüfen", "Sachbearbeitung", Level.PROCESS, "staff_assessment", "Prüfung fortsetzen"
        ),
        OpenStep(
            "draft_decision",
            "Entscheidung entwerfen",
            "Sachbearbeitung",
            Level.PROCESS,
            "staff_decision",
            "Entscheidung entwerfen",
        ),
        OpenStep(
            "second_signature",
            "Zweitzeichnung",
            "Leitung",
            Level.SIGN,
            "staff_decision",
            "Entscheidung lesen und zeichnen",
        ),
        OpenStep("issue_notice", "Bescheid wird ausgefertigt", "System", page="staff_decision"),
        OpenStep(
            "issue_failed",
            "Ausfertigung fehlgeschlagen",
            "Sachbearbeitung",
            Level.PROCESS,
            "staff_decision",
            "Erneut ausfertigen",
        ),
        OpenStep(
            "await_service",
            "Bekanntgabe",
            "Empfänger oder Sachbearbeitung",
            Level.PROCESS,
            "staff_service",
            "Bekanntgabe ansehen",
        ),
    )
}


def open_steps(cases: Collection[PermitCase]) -> dict[int, OpenStep]:
    """Return the open step of each case that has one, by the case's key. Two queries."""
    tasks = Task.objects.filter(process__caseprocess__case__in=[case.pk for case in cases], status__in=OPEN)
    found: dict[int, OpenStep] = {}
    for case_id, node, status, pk in tasks.order_by("pk").values_list(
        "process__caseprocess__case_id", "flow_task", "status", "pk"
    ):
        name = "issue_failed" if status == STATUS.ERROR else getattr(node, "name", "")
        if name in STEPS:
            found[case_id] = OpenStep(**(STEPS[name].__dict__ | {"task_id": pk}))
    return found | _changes_to_sign(cases)


def _changes_to_sign(cases: Collection[PermitCase]) -> dict[int, OpenStep]:
    """What is wrong with an issued notice goes before its service, which may still be open."""
    changes = NoticeChange.objects.filter(case__in=[case.pk for case in cases], state=ChangeState.PROPOSED)
    return {
        change.case_id: OpenStep(
            "sign_change",
            f"{change.get_kind_display()}: Zweitzeichnung",
            "Leitung",
            Level.SIGN,
            "staff_register",
            f"{change.get_kind_display()} lesen und zeichnen",
        )
        for change in changes.only("case_id", "kind").order_by("pk")
    }


def open_step(case: PermitCase) -> OpenStep | None:
    """Return the open step of one case, or None."""
    return open_steps([case]).get(case.pk)
