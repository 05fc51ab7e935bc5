"""Moving a step: lock, find the open task, let a permits service write, go on. One transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from viewflow.workflow.activation import Activation
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from permits import legal_time
from permits.errors import StateError
from permits.models import PermitCase, User
from workflows.models import CaseProcess
from workflows.permit_flow import PermitFlow

OPEN = (STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.STARTED, STATUS.ERROR)


def open_tasks(case: PermitCase) -> list[Task]:
    """Return the tasks that are open on a case (usually one)."""
    return list(Task.objects.filter(process__caseprocess__case=case, status__in=OPEN).order_by("pk"))


def current_steps(case: PermitCase) -> set[str]:
    """Return the names of the nodes that wait, e.g. ``{"assess"}``."""
    return {task.flow_task.name for task in open_tasks(case) if task.flow_task is not None}


@contextmanager
def acting(case: PermitCase) -> Iterator[CaseProcess]:
    """Take the flow lock of a running case, for writes that move no step; raises StateError for a draft."""
    process = CaseProcess.objects.filter(case=case).first()
    if process is None:
        raise StateError("Dieser Antrag ist noch nicht eingereicht.")
    with PermitFlow.lock(process.pk):
        process.refresh_from_db()
        yield process


@contextmanager
def step(case: PermitCase, node: str, *, by: User | None) -> Iterator[Activation]:
    """Take the flow lock, and the step ``node`` when the block ends without an error.

    Raises StateError where the case does not wait at ``node`` (any more), so that of two people one acts.
    """
    with acting(case) as process:
        task = (
            Task.objects.filter(process=process, flow_task=getattr(PermitFlow, node), status__in=OPEN)
            .order_by("-pk")
            .first()
        )
        if task is None:
            raise StateError(
                "Dieser Schritt ist nicht (mehr) offen. Jemand anderes war vielleicht schneller; "
                "bitte laden Sie die Seite neu."
            )
        activation = task.flow_task.activation_class(task)
        yield activation
        if activation.status == STATUS.NEW:
            activation.assign(by)
        elif by is not None and task.owner_id != by.pk:
            activation.reassign(by)
        activation.start(None)
        activation.execute()


def cancel_process(process: CaseProcess) -> None:
    """End a locked process whose case ended without a decision."""
    for task in Task.objects.filter(process=process, status__in=OPEN):
        activation = task.flow_task.activation_class(task)
        if activation.cancel.can_proceed():
            activation.cancel()
    process.status = PROCESS.CANCELED
    process.finished = legal_time.now()
    process.save()
