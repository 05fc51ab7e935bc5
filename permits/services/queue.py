"""Handing work to the job worker, in the transaction that needs it (design decision 2).

Jobs are named, not imported: ``workflows`` defines them and depends on ``permits``, never the other way round.
"""

import datetime as dt

from django.db import transaction
from procrastinate.contrib.django import app


def enqueue(name: str, *, lock: str | None = None, at: dt.datetime | None = None, **arguments: object) -> int:
    """Defer the job ``name`` and return its id; it vanishes if the surrounding transaction rolls back.

    Jobs with the same ``lock`` never run at the same time. Arguments must be JSON values.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"Job {name} must be enqueued inside the transaction that needs it.")
    job_id: int = app.configure_task(name=name, lock=lock, schedule_at=at).defer(**arguments)  # type: ignore[arg-type]
    return job_id
