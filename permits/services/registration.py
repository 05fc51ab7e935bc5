"""Registering a submitted application: number, receipt, first completeness round."""

from permits import legal_time
from permits.models import CaseStatus, CompletenessCheck, Level, PermitCase
from permits.services import audit
from permits.services.notifications import notify_applicants
from permits.services.numbering import next_case_number
from permits.services.outbox import request_document
from permits.services.writing import set_status, writing


def register_case(*, case: PermitCase) -> PermitCase:
    """Give the case its number, order the receipt and open the first completeness round. Idempotent."""
    with writing(case=case, by=None, level=Level.REGISTER) as locked:
        if not locked.case_number:
            locked.case_number = next_case_number(authority=locked.authority, case=locked)
            locked.save(update_fields=["case_number"])
            audit.record(type="case.registered", by=None, case=locked, subject={"case_number": locked.case_number})
            CompletenessCheck.objects.create(case=locked, number=1, started_at=legal_time.now())
            set_status(case=locked, status=CaseStatus.COMPLETENESS, by=None)
            request_document(case=locked, kind="receipt", subject=str(locked.submissions.get(number=1).uuid))
            notify_applicants(case=locked, event="registered", key=str(locked.uuid))
        return locked
