"""A real PostGIS server, one for the whole run: live sources read from it, and it recomputes checks in SQL."""

from collections.abc import Iterator

import pytest

from bench.postgis_server import postgis_server


@pytest.fixture(scope="session")
def postgis() -> Iterator[str]:
    """Folder of the socket of a PostGIS server; each user of it makes a schema of its own."""
    with postgis_server() as host:
        yield host
