"""The audit log: append-only in the database, hash-chained, erasable in its payload, sealed outside."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from permits.models import AuditChain, AuditEvent, AuditPayload
from permits.selectors.audit import verify_audit
from permits.services import audit
from permits.services.audit_seals import seal_heads, verify_heads
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def bypass(sql: str) -> None:
    """Change rows as a database owner could, past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_events_of_one_chain_are_linked(cast: Cast) -> None:
    first = audit.record(type="account.signed_in", by=cast.owner)
    second = audit.record(type="account.signed_in", by=cast.owner)
    assert second.sequence == first.sequence + 1
    assert second.previous_hash == first.hash
    assert verify_audit().faults == ()


def test_an_unknown_type_is_refused(cast: Cast) -> None:
    with pytest.raises(audit.UnknownAuditTypeError):
        audit.record(type="account.guessed", by=cast.owner)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE permits_auditevent SET type = 'x'",
        "DELETE FROM permits_auditevent",
        "TRUNCATE permits_auditevent CASCADE",
        "UPDATE permits_auditpayload SET data = '{}'",
        "DELETE FROM permits_auditchain",
    ],
)
def test_the_database_refuses_to_rewrite_the_log(cast: Cast, statement: str) -> None:
    audit.record(type="account.signed_in", by=cast.owner)
    with connection.cursor() as cursor:
        # Deferred foreign keys of this test would stop TRUNCATE before our trigger does.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


def test_erasing_the_personal_payload_keeps_the_chain_whole(cast: Cast) -> None:
    event = audit.record(type="account.profile_changed", by=cast.owner, payload={"name": "Anna"})
    AuditPayload.objects.filter(event=event).delete()
    result = verify_audit()
    assert (result.faults, result.erased) == ((), 1)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE permits_auditevent SET type = 'account.created' WHERE sequence = 2", "verändert"),
        ("DELETE FROM permits_auditpayload; DELETE FROM permits_auditevent WHERE sequence = 2", "fehlt"),
        ("UPDATE permits_auditpayload SET data = '{\"a\": 1}'", "Einzelheiten"),
    ],
)
def test_tampering_past_the_triggers_is_found(cast: Cast, sql: str, message: str) -> None:
    for _ in range(3):
        audit.record(type="account.signed_in", by=cast.owner)
    bypass(sql)
    assert any(message in fault.message for fault in verify_audit().faults)


def test_cutting_off_the_end_is_found_even_with_a_matching_head(cast: Cast, tmp_path: Path) -> None:
    for _ in range(3):
        audit.record(type="account.signed_in", by=cast.owner)
    seal = seal_heads(folder=tmp_path)
    chain = AuditChain.objects.get(authority=None, case=None)
    kept = AuditEvent.objects.get(chain=chain, sequence=1)
    bypass(
        f"DELETE FROM permits_auditpayload WHERE event_id IN (SELECT id FROM permits_auditevent "
        f"WHERE chain_id = {chain.pk} AND sequence > 1);"
        f"DELETE FROM permits_auditevent WHERE chain_id = {chain.pk} AND sequence > 1;"
        f"UPDATE permits_auditchain SET head_sequence = 1, head_hash = '{kept.hash}' WHERE id = {chain.pk}"
    )
    assert verify_audit().faults == ()
    assert any("nicht mehr der gesiegelte" in fault for fault in verify_heads(path=tmp_path / seal.file))


def test_a_changed_seal_file_is_found(cast: Cast, tmp_path: Path) -> None:
    audit.record(type="account.signed_in", by=cast.owner)
    path = tmp_path / seal_heads(folder=tmp_path).file
    assert verify_heads(path=path) == []
    data = json.loads(path.read_text())
    data["heads"][0]["sequence"] = 99
    path.write_text(json.dumps(data))
    assert verify_heads(path=path) == [f"{path.name}: Die Datei wurde nach dem Siegeln verändert."]


def test_the_command_prints_the_result_and_fails_on_a_fault(cast: Cast) -> None:
    audit.record(type="account.signed_in", by=cast.owner)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert json.loads(out.getvalue())["faults"] == []
    bypass("UPDATE permits_auditevent SET actor = NULL")
    with pytest.raises(SystemExit):
        call_command("verify_audit", stdout=StringIO())
