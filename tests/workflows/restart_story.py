"""A case on a database of its own, told in commands of their own: ``python -m tests.workflows.restart_story prepare``.

The test that restarts PostgreSQL cannot use the server of its own process for it.
"""

import json
import sys
import tempfile
from pathlib import Path

import django

EMAIL = "anna.brandt@example.org"


def prepare() -> dict[str, object]:
    """Bring a case to a signed decision, whose notice the worker is to issue."""
    from demo.authorities import create_authorities
    from demo.cast import create_cast
    from permits.services.layers import publish_snapshot
    from tests.cast import Cast
    from tests.workflows.village import LAND, fill_in, import_parcels, to_signed

    authorities = create_authorities()
    cast = Cast(**create_cast(authorities))
    with tempfile.TemporaryDirectory() as folder:
        for slug, land in LAND.items():
            path = Path(folder) / f"{slug}.geojson"
            path.write_text(json.dumps(land))
            publish_snapshot(record=import_parcels(slug, path), authority=authorities[slug], by=None)
    case = fill_in(cast, authorities["musterstadt"])
    to_signed(case, cast)
    return {"case": str(case.uuid)}


def look() -> dict[str, object]:
    """Say how far the case has come."""
    from permits.models import IssuedDocument, OutgoingMail, PermitCase, ServiceOfNotice
    from permits.selectors.audit import verify_audit
    from workflows.steps import current_steps

    case = PermitCase.objects.get()
    return {
        "status": case.status,
        "steps": sorted(current_steps(case)),
        "notices": IssuedDocument.objects.filter(kind="permit_notice").count(),
        "receipts": IssuedDocument.objects.filter(kind="receipt").count(),
        "services": ServiceOfNotice.objects.count(),
        "unsent": OutgoingMail.objects.filter(sent_at__isnull=True).count(),
        "faults": len(verify_audit().faults),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"prepare": prepare, "look": look}[sys.argv[1]]()))
