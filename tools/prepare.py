"""`make setup`: everything that the site needs, from a fresh clone; starts nothing, and does nothing twice.

Runs with the system's Python before anything is installed, so it uses the standard library only.
Usage: prepare.py [--dev]    (--dev: also what the tests need)
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (older interpreters do get here)
    sys.exit("Bauakte braucht Python 3.11 oder neuer, gefunden: %d.%d." % sys.version_info[:2])  # noqa: UP031

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from system_packages import MissingPackagesError, ensure_packages

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
# What each step was done with; a step whose inputs have not changed is left out.
STAMPS = VENV / "bauakte-setup.json"
OLDEST_NODE = 18


def main() -> None:
    """Do every step that is not done yet."""
    dev = "--dev" in sys.argv[1:]
    with (PROJECT / "Makefile").open() as lock:
        # Two runs in the same clone take turns.
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            ensure_packages(dev=dev)
            make_venv()
            install_python_packages(dev=dev)
            install_node_packages()
            build_front_end()
        except MissingPackagesError as error:
            sys.exit(str(error))
        except subprocess.CalledProcessError as error:
            sys.exit(f"Abgebrochen: {' '.join(map(str, error.cmd))} (Code {error.returncode})")


def make_venv() -> None:
    """Create the virtual environment, or again where its Python is gone or too old, or the clone has been moved."""
    # A venv carries its own absolute path in every script.
    config = VENV / "pyvenv.cfg"
    if PYTHON.exists() and config.exists() and str(VENV) in (VENV / "bin" / "activate").read_text():
        probe = subprocess.run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], check=False)
        if probe.returncode == 0:
            return
    if VENV.is_symlink():
        # --clear would empty the folder that somebody else works with.
        sys.exit(f"{VENV} verweist auf einen anderen Ordner. Bitte entfernen Sie den Verweis.")
    say("Virtuelle Umgebung wird angelegt (.venv)")
    run(sys.executable, "-m", "venv", "--clear", VENV)


def install_python_packages(*, dev: bool) -> None:
    """Install the pinned packages, whose hashes pip verifies; dev.txt contains all of run.txt."""
    run_pins, dev_pins = PROJECT / "requirements" / "run.txt", PROJECT / "requirements" / "dev.txt"
    done = stamp("python")
    if done == digest(dev_pins) or (not dev and done == digest(run_pins)):
        return
    # Where the tests' packages are installed already, they are kept up to date with the rest.
    pins = dev_pins if dev or stamp("dev") else run_pins
    say(f"Python-Pakete werden installiert ({pins.relative_to(PROJECT)})")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", pins)
    set_stamp("python", digest(pins))
    set_stamp("dev", "yes" if pins == dev_pins else "")


def install_node_packages() -> None:
    """Install what package-lock.json pins."""
    lock, modules = PROJECT / "package-lock.json", PROJECT / "node_modules"
    if modules.is_dir() and stamp("node") == digest(lock, PROJECT / ".npmrc"):
        return
    say("Pakete der Oberfläche werden installiert (node_modules)")
    run(npm(), "ci", "--no-progress", "--loglevel=error", env=node_environment())
    set_stamp("node", digest(lock, PROJECT / ".npmrc"))


def build_front_end() -> None:
    """Bundle scripts and styles into static/dist."""
    sources = [path for path in sorted((PROJECT / "frontend").rglob("*")) if path.is_file()]
    inputs = digest(*sources, PROJECT / "package-lock.json")
    if (PROJECT / "static" / "dist" / "app.js").exists() and stamp("front end") == inputs:
        return
    say("Oberfläche wird gebaut (static/dist)")
    run("node" if system_node() else VENV / "bin" / "node", PROJECT / "frontend" / "build.mjs", env=node_environment())
    set_stamp("front end", inputs)


def npm() -> str | Path:
    """Return the system's npm, or the one that a Python package has brought."""
    return "npm" if system_node() else VENV / "bin" / "npm"


def system_node() -> bool:
    """Return whether the system has an npm with a Node that is new enough."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    shown = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = shown.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def node_environment() -> dict[str, str]:
    """Return an environment in which the Python package's npm finds its own node."""
    if system_node():
        return dict(os.environ)
    return os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def digest(*files: Path) -> str:
    """Return one hash for names and contents of ``files``."""
    found = hashlib.sha256()
    for file in files:
        found.update(str(file.relative_to(PROJECT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def stamp(step: str) -> str:
    """Return what ``step`` was last done with."""
    return str(stamps().get(step, ""))


def set_stamp(step: str, value: str) -> None:
    """Remember that ``step`` is done with these inputs."""
    STAMPS.write_text(json.dumps(stamps() | {step: value}))


def stamps() -> dict[str, str]:
    """Return the stamps of all steps; they go with the virtual environment."""
    try:
        return dict(json.loads(STAMPS.read_text()))
    except (OSError, ValueError):
        return {}


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run ``command`` in the project folder; raise CalledProcessError."""
    subprocess.run([str(part) for part in command], cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, check=True)


def say(text: str) -> None:
    """Tell what happens now."""
    print(f"→ {text} …", flush=True)


if __name__ == "__main__":
    main()
