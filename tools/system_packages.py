"""Programs and libraries that no wheel carries: found, or installed as root on Debian, or the command named."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

POSTGIS_CONTROL = "postgresql/*/extension/postgis.control"


class MissingPackagesError(Exception):
    """System packages are missing and cannot be installed from here; the message (German) says how."""


@dataclass(frozen=True)
class SystemPackage:
    """Something to be found on the system, and the Debian packages that bring it."""

    purpose: str
    debian: tuple[str, ...]
    is_there: Callable[[], bool]


def library(name: str) -> Callable[[], bool]:
    """Return a test whether the shared library ``name`` can be loaded."""

    def loads() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return loads


def program(*names: str) -> Callable[[], bool]:
    """Return a test whether one of the programs ``names`` is on the path."""
    return lambda: any(shutil.which(name) for name in names)


def files(folder: str, pattern: str) -> Callable[[], bool]:
    """Return a test whether ``folder`` has files like ``pattern``."""
    return lambda: any(Path(folder).glob(pattern))


def python_modules(*names: str) -> Callable[[], bool]:
    """Return a test whether this Python has all of the modules ``names`` (Debian splits the standard library)."""
    return lambda: all(importlib.util.find_spec(name) for name in names)


def _debian_release() -> str:
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    return facts.get("VERSION_ID", "").strip('"') if facts.get("ID", "").strip('"') == "debian" else ""


# Debian 12 has PostgreSQL 15; the metapackage follows the release elsewhere.
POSTGIS = "postgresql-15-postgis-3" if _debian_release() in {"", "12"} else "postgresql-postgis"

RUN = (
    SystemPackage("PDF-Erzeugung (Pango)", ("libpango-1.0-0",), library("libpango-1.0.so.0")),
    SystemPackage("PDF-Erzeugung (PangoFT2)", ("libpangoft2-1.0-0",), library("libpangoft2-1.0.so.0")),
    SystemPackage("virtuelle Umgebungen", ("python3-venv",), python_modules("venv", "ensurepip")),
    SystemPackage("Datenbankstart (setpriv, unshare)", ("util-linux",), program("setpriv")),
)
DEV = (
    SystemPackage("Browsertests", ("chromium",), program("chromium", "chromium-browser", "google-chrome")),
    SystemPackage("Tests mit PostGIS", (POSTGIS,), files("/usr/share", POSTGIS_CONTROL)),
    SystemPackage("Tests mit PKCS#11", ("softhsm2",), program("softhsm2-util")),
    SystemPackage("PDF-Prüfung (Java)", ("default-jdk-headless",), program("javac")),
    SystemPackage("PDF-Prüfung (JAXB)", ("libjaxb-java",), files("/usr/share/java", "jaxb-runtime*.jar")),
    SystemPackage("PDF-Vergleich", ("poppler-utils",), program("pdftotext")),
)


def ensure_packages(*, dev: bool) -> None:
    """Install what is missing, as root on Debian; elsewhere raise MissingPackagesError with the command."""
    missing = missing_packages(dev=dev)
    if not missing:
        return
    names = [name for package in missing for name in package.debian]
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *names]
    if os.geteuid() == 0 and _debian_release() and shutil.which("apt-get"):
        print(f"→ Systempakete werden installiert: {' '.join(names)} …", flush=True)
        install(command, names)
        missing = missing_packages(dev=dev)
    if missing:
        lines = [f"  - {package.purpose}: {' '.join(package.debian)}" for package in missing]
        raise MissingPackagesError(
            "Es fehlen Systempakete:\n" + "\n".join(lines) + f"\nBitte installieren:\n  sudo {' '.join(command)}"
        )


def missing_packages(*, dev: bool) -> list[SystemPackage]:
    """Return the packages that are not there."""
    return [package for package in RUN + (DEV if dev else ()) if not package.is_there()]


def install(command: list[str], names: list[str]) -> None:
    """Run apt-get; raise CalledProcessError."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if POSTGIS in names:
        _no_system_cluster()
    subprocess.run(["apt-get", "update", "--quiet"], env=environment, stdin=subprocess.DEVNULL, check=True)
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=True)


def _no_system_cluster() -> None:
    """Keep Debian from setting up and starting a PostgreSQL server of its own on a machine that had none."""
    folder = Path("/etc/postgresql-common/createcluster.d")
    if not folder.parent.exists():
        folder.mkdir(parents=True)
        (folder / "bauakte.conf").write_text("create_main_cluster = false\n")


if __name__ == "__main__":
    try:
        ensure_packages(dev="--dev" in sys.argv[1:])
    except MissingPackagesError as error:
        sys.exit(str(error))
