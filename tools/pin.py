"""`make pins`: write the pinned requirement files and the npm lock again; neither names a download address.

Pins that still fit stay as they are; `make pins UPGRADE=1` takes the newest versions that pyproject.toml allows.
"""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COMPILE = ["pip", "compile", "--quiet", "--generate-hashes", "--universal", "--no-header", "--python-version", "3.11"]


def main() -> None:
    """Pin the tests' packages first, so that both files agree on versions."""
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    run_pins, dev_pins = "requirements/run.txt", "requirements/dev.txt"
    run(str(BIN / "uv"), *COMPILE, *upgrade, "--extra", "dev", "pyproject.toml", "-o", dev_pins)
    run(str(BIN / "uv"), *COMPILE, *upgrade, "pyproject.toml", "-c", dev_pins, "-o", run_pins)
    run("npm", "install", "--package-lock-only")


def run(*command: str) -> None:
    """Run ``command`` in the project folder; the virtual environment's programs come last on the path."""
    environment = os.environ | {"PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{BIN}"}
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)


if __name__ == "__main__":
    main()
