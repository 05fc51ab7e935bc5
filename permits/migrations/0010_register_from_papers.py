"""Enter in the register what was issued before there was one; revocations move into it. Then close it to changes."""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations

from permits.db_triggers import REGISTER_FORWARD_SQL, REGISTER_REVERSE_SQL

BEFORE = "vor Einführung des Registers, Rechtsgrundlage nicht verzeichnet"
# Copied from the paper as they are.
SAME = ("kind", "title", "sha256", "unsealed_sha256", "seal_level", "seal_profile", "seal_serial", "template_version",
        "renderer_versions")  # fmt: skip


def enter_papers(apps, schema_editor):
    """Give every paper its entry in the order of issuing, and every revocation one after them."""
    document_model = apps.get_model("permits", "IssuedDocument")
    entry_model = apps.get_model("permits", "RegisterEntry")
    counter_model = apps.get_model("permits", "RegisterCounter")
    revocation_model = apps.get_model("permits", "NoticeRevocation")
    last = {}

    def enter(authority_id, **facts):
        last[authority_id] = last.get(authority_id, 0) + 1
        return entry_model.objects.create(authority_id=authority_id, number=last[authority_id], **facts)

    entries = {}
    for document in document_model.objects.defer("html", "css").order_by("issued_at", "pk").iterator():
        digest = hashlib.sha256(
            json.dumps(
                document.context, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder
            ).encode()
        ).hexdigest()
        entries[document.pk] = enter(
            document.authority_id,
            case_id=document.case_id,
            act="issued",
            entered_at=document.issued_at,
            document=document,
            document_number=document.number,
            context_sha256=digest,
            **{name: getattr(document, name) for name in SAME},
        )
    for revocation in revocation_model.objects.order_by("revoked_at", "pk"):
        origin = entries[revocation.document_id]
        enter(
            origin.authority_id,
            case_id=origin.case_id,
            act="revoked",
            entered_at=revocation.revoked_at,
            origin=origin,
            former=origin,
            legal_basis=BEFORE,
            reason=revocation.reason or "ohne Angabe",
            kind=origin.kind,
            document_number=origin.document_number,
            title=origin.title,
        )
    for authority_id, number in last.items():
        counter_model.objects.create(authority_id=authority_id, last=number)
    # What is inserted is checked now: PostgreSQL adds no trigger to a table with checks still to come.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    """Fill and close the register."""

    dependencies = [("permits", "0009_register")]

    operations = [
        migrations.RunPython(enter_papers, migrations.RunPython.noop),
        migrations.RunSQL(REGISTER_FORWARD_SQL, REGISTER_REVERSE_SQL),
        migrations.DeleteModel(name="NoticeRevocation"),
    ]
