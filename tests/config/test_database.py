import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_postgresql_and_cases_umlauts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ÄÖÜ'), current_setting('server_encoding')")
        assert cursor.fetchone() == ("äöü", "UTF8")
