"""A PDF as a screen reader hears it: Poppler walks the structure tree; nothing of ours is in it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

QUOTED = re.compile(r'^\s*"(.*)"$')


def heard(pdf: bytes) -> list[str]:
    """Every tagged text of ``pdf``, a run each, in the order of its structure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        done = subprocess.run(["pdfinfo", "-struct-text", str(path)], capture_output=True, text=True, check=True)
    runs = (QUOTED.match(line) for line in done.stdout.splitlines())
    return [run[1].replace("\u00a0", " ").strip() for run in runs if run]


def squeezed(text: str) -> str:
    """``text`` without what setting it may change: spaces, hyphens at line ends, break opportunities."""
    return re.sub(r"[\s\u00a0\u200b\u00ad\u2010\ufffe\u0002-]+", "", text)
