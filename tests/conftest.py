"""What all tests share: a PostgreSQL server of their own, and the way to the real data beside the checkout."""

from pathlib import Path

import pytest
from django.conf import settings

from config.launcher.postgres import EmbeddedPostgres

pytest_plugins = ["tests.cast", "tests.once", "tests.workflows.village"]

PROJECT = Path(__file__).resolve().parent.parent
SERVER = pytest.StashKey[EmbeddedPostgres]()
#: Files with tests of half a minute and more. Begun last, one worker would run them while the other has no more work.
LONG = (
    *("browser/test_every_page.py", "browser/test_applicant_journey.py", "browser/test_main_job.py"),
    *("browser/test_planner.py", "permits/test_permission_matrix.py", "reports/test_determinism.py"),
    *("reports/test_pdf_standards.py", "gis/test_check_site_plans.py", "gis/test_hostile_outcomes.py"),
    *("workflows/test_issuing_faults.py", "workflows/test_killed_worker.py", "workflows/test_database_restart.py"),
    *("config/test_run.py", "reports/test_hostile_texts.py", "reports/test_pdf_inspect.py"),
)


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for the whole run; xdist's workers and subprocesses find it through DATABASE_URL."""
    if settings.OWN_SERVER:
        config.stash[SERVER] = EmbeddedPostgres(settings.TEST_SERVER, durable=False)
        config.stash[SERVER].start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let browser tests come last: Playwright's loop then stays in this thread, and nothing else may run one.

    Otherwise long files come first.
    """
    ranks = {PROJECT / "tests" / name: rank for rank, name in enumerate(LONG)}
    assert all(path.is_file() for path in ranks), "LONG names a file that is not there"
    items.sort(key=lambda item: ("browser" in item.keywords, ranks.get(item.path, len(LONG))))


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data that lies beside the checkout (it is not part of the product)."""
    for folder in PROJECT.parents:
        if (folder / "shared" / "data").is_dir():
            return folder / "shared" / "data"
    pytest.skip("Real data (shared/data beside the checkout) is not on this machine.")


@pytest.fixture(autouse=True, scope="session")
def _flush_past_append_only_triggers() -> None:
    """Let the flush between transactional tests truncate append-only tables, which production never may."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: object, **options: object) -> list[str]:
        statements = original(self, *args, **options)  # type: ignore[arg-type]
        # Jobs go as well: left over, they would run against rows that are gone.
        jobs = "TRUNCATE procrastinate_jobs CASCADE"
        return ["SET LOCAL session_replication_role = replica", *statements, jobs] if statements else []

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[assignment, method-assign]
