"""The operators' page names every variable that the code reads."""

import re

from config.launcher.places import PROJECT

READ = re.compile(
    r"""(?:env\.(?:text|flag|number|words)|environ(?:ment)?\.get|environ)[(\[]\s*["']([A-Z][A-Z0-9_]+)["']"""
)
# Of the machine or the tools, not ours to set.
FOREIGN = {"MAKELEVEL", "PATH", "LANG", "TMPDIR", "WEB_SOCKET", "DJANGO_SETTINGS_MODULE"}


def test_every_variable_is_documented() -> None:
    read = {name for path in (PROJECT / "config").rglob("*.py") for name in READ.findall(path.read_text())}
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (PROJECT / "docs" / "operations.md").read_text()))
    assert {"SECRET_KEY", "BAUAKTE_VAR", "EMAIL_BACKEND", "WEB_THREADS"} <= read
    assert read - FOREIGN - documented == set()
