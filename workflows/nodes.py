"""Node classes of our flows: a step that a person takes on our own pages, and a job of the worker."""

import uuid
from typing import Any

from django.utils import timezone
from viewflow.workflow import flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes.job import AbstractJob, AbstractJobActivation
from viewflow.workflow.signals import task_failed
from viewflow.workflow.status import STATUS

from permits.services.queue import enqueue


class Step(flow.View):
    """A step of a person. Its page is ours, and ``workflows.actions`` moves it; viewflow's own pages are not used."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(view=None, **kwargs)


class WorkerJobActivation(AbstractJobActivation):
    """Hands the node's work to the job worker in the transaction that reaches the node."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        """Schedule the job; both the task's state and the job vanish together on a rollback."""
        self.task.save()
        self._enqueue()

    @Activation.status.transition(source=STATUS.STARTED)
    def execute(self) -> None:
        """Go on to the next node. What fails there fails the job, which is tried again: viewflow would keep the local
        variables of the failing node instead.
        """
        self.complete()
        self.activate_next()

    @Activation.status.transition(source=[STATUS.SCHEDULED, STATUS.STARTED], target=STATUS.ERROR)
    def error(self, exception: BaseException) -> None:
        """Keep the class of the error and an id for the log; never local variables, which hold keys and names."""
        error_id = str(uuid.uuid4())
        self.task.data = {"error_id": error_id, "error": type(exception).__name__}
        self.task.finished = timezone.now()
        self.task.save()
        task_failed.send(sender=self.flow_class, process=self.process, task=self.task)

    @Activation.status.transition(source=STATUS.ERROR, target=STATUS.SCHEDULED)
    def retry(self) -> None:
        """Schedule the job again after its last failure."""
        self.task.finished = None
        self.task.save()
        self._enqueue()

    def _enqueue(self) -> None:
        # One job of a task at a time; a letter of the same case that waits for another try does not hold it up.
        enqueue(self.flow_task.job, lock=f"task-{self.task.pk}", task_id=self.task.pk)


class WorkerJob(AbstractJob):
    """A background job: ``job`` is the name of a Procrastinate task that takes ``task_id``."""

    activation_class = WorkerJobActivation

    def __init__(self, job: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job = job
