"""The checks before anything is installed: they run with the system's Python, so they are run as programs here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.launcher.places import PROJECT

sys.path.insert(0, str(PROJECT / "tools"))

import system_packages
from system_packages import MissingPackagesError, SystemPackage, ensure_packages, files, library, program


def test_missing_packages_are_named_with_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    pango = SystemPackage("PDF-Erzeugung (Pango)", ("libpango-1.0-0",), library("libno-such-library.so.0"))
    monkeypatch.setattr(system_packages, "RUN", (pango,))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MissingPackagesError) as caught:
        ensure_packages(dev=False)
    assert "sudo apt-get install --yes --no-install-recommends libpango-1.0-0" in str(caught.value)


def test_nothing_is_asked_for_where_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "RUN", (SystemPackage("Shell", ("dash",), program("no-such-shell", "sh")),))
    ensure_packages(dev=False)


def test_libraries_and_files_are_found(tmp_path: Path) -> None:
    (tmp_path / "15").mkdir()
    (tmp_path / "15" / "postgis.control").touch()
    assert library("libc.so.6")()
    assert files(str(tmp_path), "*/postgis.control")()
    assert not files(str(tmp_path), "*/other.control")()


def test_an_old_python_is_refused_in_words() -> None:
    """The first lines must be readable for old interpreters, so the version is replaced and the real file run."""
    program_text = (
        "import sys; sys.version_info = (3, 9, 2, 'final', 0); sys.argv = ['prepare.py']; "
        "sys.path.insert(0, 'tools'); import runpy; runpy.run_path('tools/prepare.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program_text], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "Bauakte braucht Python 3.11 oder neuer, gefunden: 3.9."


def test_a_linked_environment_of_another_folder_is_not_emptied(tmp_path: Path) -> None:
    project, other = tmp_path / "project", tmp_path / "other"
    shutil.copytree(PROJECT / "tools", project / "tools", ignore=shutil.ignore_patterns("__pycache__", "verapdf"))
    other.mkdir()
    (other / "kept").touch()
    (project / ".venv").symlink_to(other)
    program_text = "import sys; sys.path.insert(0, 'tools'); import prepare; prepare.make_venv()"
    done = subprocess.run(
        [sys.executable, "-c", program_text], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "verweist auf einen anderen Ordner" in done.stderr
    assert (other / "kept").exists()
