"""PostgreSQL triggers that keep the record append-only, whatever the code above them does (decisions 6, 9, 10)."""

# Tables whose rows are never changed, deleted or truncated once written.
IMMUTABLE_TABLES = (
    "permits_auditevent",
    "permits_auditseal",
    "permits_clockevent",
    "permits_submission",
    "permits_issueddocument",
    "permits_noticerevocation",
    "permits_decisioncontributor",
    "permits_resultreview",
    "permits_layersnapshot",
    "permits_layerpublication",
)
# As IMMUTABLE_TABLES, added later.
IMMUTABLE_PLAN_TABLES = ("permits_bindingplan", "permits_plansnapshot", "permits_planpublication")
IMMUTABLE_TEXT_TABLES = ("permits_textblockversion", "permits_textblockdecline")
# Tables whose rows may be added and removed by erasure, but never changed.
UNCHANGING_TABLES = ("permits_auditpayload",)
# Tables whose rows are updated, but never removed.
PERMANENT_TABLES = ("permits_auditchain",)

FUNCTION_SQL = """
CREATE FUNCTION bauakte_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'bauakte: % on % is not allowed, the table is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def _triggers(table: str, row_operations: str) -> str:
    return (
        f"CREATE TRIGGER refuse_change BEFORE {row_operations} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION bauakte_refuse_change();\n"
        f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION bauakte_refuse_change();\n"
    )


FORWARD_SQL = FUNCTION_SQL + "".join(
    [_triggers(table, "UPDATE OR DELETE") for table in IMMUTABLE_TABLES]
    + [_triggers(table, "UPDATE") for table in UNCHANGING_TABLES]
    + [_triggers(table, "DELETE") for table in PERMANENT_TABLES]
)
REVERSE_SQL = "DROP FUNCTION bauakte_refuse_change() CASCADE;"

PLAN_FORWARD_SQL = "".join(_triggers(table, "UPDATE OR DELETE") for table in IMMUTABLE_PLAN_TABLES)
PLAN_REVERSE_SQL = "".join(
    f"DROP TRIGGER {name} ON {table};\n"
    for table in IMMUTABLE_PLAN_TABLES
    for name in ("refuse_change", "refuse_truncate")
)

TEXT_FORWARD_SQL = "".join(_triggers(table, "UPDATE OR DELETE") for table in IMMUTABLE_TEXT_TABLES)
TEXT_REVERSE_SQL = "".join(
    f"DROP TRIGGER {name} ON {table};\n"
    for table in IMMUTABLE_TEXT_TABLES
    for name in ("refuse_change", "refuse_truncate")
)

# Written once and never changed; numbers are only ever counted up.
REGISTER_FORWARD_SQL = _triggers("permits_registerentry", "UPDATE OR DELETE") + _triggers(
    "permits_registercounter", "DELETE"
)
REGISTER_REVERSE_SQL = "".join(
    f"DROP TRIGGER {name} ON {table};\n"
    for table in ("permits_registerentry", "permits_registercounter")
    for name in ("refuse_change", "refuse_truncate")
)

# A use of the seal is begun, then completed once; it is never removed. Reports go with the document of a deleted draft.
SEAL_FORWARD_SQL = (
    _triggers("permits_sealrelease", "UPDATE OR DELETE")
    + _triggers("permits_signaturereport", "UPDATE")
    + """
CREATE TRIGGER refuse_change BEFORE UPDATE ON permits_sealuse FOR EACH ROW
    WHEN (OLD.result <> 'started' OR NEW.unsealed_sha256 <> OLD.unsealed_sha256 OR NEW.release_id <> OLD.release_id
        OR NEW.number <> OLD.number OR NEW.started_at <> OLD.started_at)
    EXECUTE FUNCTION bauakte_refuse_change();
CREATE TRIGGER refuse_removal BEFORE DELETE ON permits_sealuse
    FOR EACH ROW EXECUTE FUNCTION bauakte_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON permits_sealuse
    FOR EACH STATEMENT EXECUTE FUNCTION bauakte_refuse_change();
"""
)
SEAL_REVERSE_SQL = "".join(
    f"DROP TRIGGER {name} ON {table};\n"
    for table, name in (
        ("permits_sealrelease", "refuse_change"),
        ("permits_sealrelease", "refuse_truncate"),
        ("permits_signaturereport", "refuse_change"),
        ("permits_signaturereport", "refuse_truncate"),
        ("permits_sealuse", "refuse_change"),
        ("permits_sealuse", "refuse_removal"),
        ("permits_sealuse", "refuse_truncate"),
    )
)
