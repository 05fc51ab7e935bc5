"""The demo town, generated once for all tests of the demo."""

import pytest

from demo.town import Town, generate_town


@pytest.fixture(scope="session")
def town() -> Town:
    """Return both municipalities and the demo sites."""
    return generate_town()
