"""Starting a letter again that could not be issued."""

import uuid

from permits.errors import StateError
from permits.models import Level, PermitCase, User
from permits.selectors.failed_letters import failed_letters
from permits.services import audit
from permits.services.communication import close_system_task
from permits.services.issuing_failures import failure_key
from permits.services.outbox import request_document
from permits.services.writing import writing


def issue_letter_again(*, case: PermitCase, by: User, kind: str, subject: uuid.UUID) -> None:
    """Have the worker try again to issue a letter whose job gave up; the task about it is done with that.

    Raises StateError where the letter did not fail, is being tried already or exists by now.
    """
    with writing(case=case, by=by, level=Level.PROCESS) as locked:
        found = next((row for row in failed_letters(locked) if (row.kind, row.subject) == (kind, str(subject))), None)
        if found is None:
            raise StateError("Das Schreiben ist nicht (mehr) gescheitert. Bitte laden Sie die Seite neu.")
        audit.record(
            type="notice.retried", by=by, case=locked,
            subject={"kind": kind, "act": found.subject, "error": found.error_id},
        )  # fmt: skip
        close_system_task(case=locked, by=by, effect_key=failure_key(found.error_id))
        request_document(case=locked, kind=kind, subject=found.subject)
