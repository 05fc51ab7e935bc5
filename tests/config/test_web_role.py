"""What the web servers' database role may do, and what not even a hole in the site could do."""

import psycopg.errors
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from config.launcher.postgres import WEB_ROLE, WEB_ROLE_SQL


@pytest.fixture
def as_web_role(db: None) -> None:
    """Act as the web role until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(WEB_ROLE_SQL.read_text())
        cursor.execute(f"SET LOCAL ROLE {WEB_ROLE}")


@pytest.mark.usefixtures("as_web_role")
def test_the_web_role_reads_and_writes_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('k', '{}', now())")
        cursor.execute("UPDATE django_session SET session_data = 'x'")
        cursor.execute("DELETE FROM django_session WHERE session_key = 'k'")
        assert cursor.rowcount == 1


@pytest.mark.usefixtures("as_web_role")
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE permits_auditevent DISABLE TRIGGER ALL",
        "DROP TABLE permits_auditevent CASCADE",
        "TRUNCATE permits_auditevent CASCADE",
        "CREATE TABLE own (id int)",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
    ],
)
def test_the_web_role_cannot_change_what_keeps_records_as_they_are(statement: str) -> None:
    with pytest.raises(ProgrammingError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)
