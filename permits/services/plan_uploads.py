"""Uploaded drawings that wait for two matched points: kept, so that nobody has to send them again."""

from dataclasses import dataclass

from django.core import signing

from permits.models import Level, PermitCase, StoredFile, User
from permits.services import audit
from permits.services.documents import UPLOAD_STATES, clean_file_name
from permits.services.files import store_file
from permits.services.writing import writing

_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class WaitingPlan:
    """A drawing that was uploaded for a case and has no place yet."""

    file: StoredFile
    original_name: str


def keep_unplaced_plan(*, case: PermitCase, by: User, content: bytes, original_name: str) -> str:
    """Store the drawing and return a token that names it, for this case only."""
    name = clean_file_name(original_name)
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=UPLOAD_STATES) as locked:
        file = store_file(authority=locked.authority, content=content, media_type=_MEDIA_TYPE)
        audit.record(type="site.plan_received", by=by, case=locked, subject={"sha256": file.sha256})
    return signing.dumps([file.sha256, name], salt=_salt(case))


def waiting_plan(*, case: PermitCase, token: str) -> WaitingPlan | None:
    """Return the drawing that a token of this case names, None for any other token."""
    try:
        sha256, name = signing.loads(token, salt=_salt(case))
    except signing.BadSignature:
        return None
    file = StoredFile.objects.filter(authority=case.authority, sha256=sha256).first()
    return WaitingPlan(file, name) if file else None


def _salt(case: PermitCase) -> str:
    return f"permits.plan_uploads:{case.uuid}"
