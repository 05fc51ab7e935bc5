"""The flow lock: the outermost transaction of everything that acts on a running case (design decision 5)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable
from viewflow.workflow.exceptions import FlowLockFailed

BUSY = "Diesen Vorgang bearbeitet gerade jemand anderes."


class CaseBusyError(FlowLockFailed):
    """Somebody else is acting on the same case right now; nothing was changed."""


class WaitingLock:
    """Lock the process row, waiting up to ``FLOW_LOCK_TIMEOUT_MS``.

    Raises CaseBusyError when the time is over. Inside an open transaction the lock cannot be retried, so it is taken
    first, and only once.
    """

    @contextmanager
    def __call__(self, flow_class: type, process_pk: int) -> Iterator[None]:
        with transaction.atomic():
            try:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT set_config('lock_timeout', %s, true)", [f"{settings.FLOW_LOCK_TIMEOUT_MS}ms"]
                    )
                manager = flow_class.process_class._default_manager  # type: ignore[attr-defined]
                manager.filter(pk=process_pk).select_for_update(of=("self",)).exists()
            except OperationalError as error:
                raise CaseBusyError(BUSY) from error
            try:
                yield
            except OperationalError as error:
                # The case's own row, or that of its log, is held by something that is not part of the flow (a paper
                # being issued, a document being read).
                if isinstance(error.__cause__, LockNotAvailable):
                    raise CaseBusyError(BUSY) from error
                raise


waiting_lock = WaitingLock()
