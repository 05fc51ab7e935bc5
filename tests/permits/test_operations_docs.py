"""What docs/operations.md says about the database and the seal is what the product does."""

import datetime as dt
from pathlib import Path

import pytest
from django.contrib.postgres.operations import CreateExtension
from django.db.migrations.loader import MigrationLoader

from permits.law import law
from permits.services.letters import CHANGE_KINDS, LETTERS, NOTICE_KINDS

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()


def test_every_extension_that_a_migration_creates_is_named() -> None:
    migrations = MigrationLoader(None).disk_migrations.values()
    created = {step.name for row in migrations for step in row.operations if isinstance(step, CreateExtension)}
    assert created == {"pg_trgm"}
    assert "The only extension is `pg_trgm`" in TEXT


@pytest.mark.parametrize("kind", sorted(NOTICE_KINDS | CHANGE_KINDS))
def test_the_sealed_papers_that_are_released_by_a_signature_are_named(kind: str) -> None:
    assert f"`{kind}`" in TEXT.partition("**Four eyes.**")[2].partition("**Record.**")[0]


def test_no_other_letter_that_is_issued_is_sealed() -> None:
    forms = law("ni").on(dt.date(2026, 11, 23))
    sealed = {kind for kind in LETTERS if forms.document_form(kind).seal}
    assert sealed == NOTICE_KINDS | CHANGE_KINDS
