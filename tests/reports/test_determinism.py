"""The same inputs give the same bytes: in another process, place, language, hash order and year."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.pdf import RenderedDocument, rerender

PROJECT = Path(__file__).resolve().parents[2]
# Prints the hash of every sample, rendered where the clock of the process stands 400 days ahead.
RENDER_ALL = """
import json, time
from pathlib import Path
real = time.time
time.time = lambda: real() + 400 * 86400
import locale
locale.setlocale(locale.LC_ALL, "")
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples import SAMPLES
fonts = FontSet.from_folder(Path("static/dist/fonts"))
print(json.dumps({name: render_document(sample, fonts=fonts).pdf_sha256 for name, sample in SAMPLES.items()}))
"""
# Renders again from what was stored, read from a file, without the context.
RERENDER = """
import json, sys
from datetime import datetime
from types import SimpleNamespace
from base64 import b64decode
import hashlib
from reports.html import Asset
from reports.pdf import AttachmentRef, rerender
stored = json.load(open(sys.argv[1]))
document = SimpleNamespace(
    html=stored["html"], css=stored["css"], created_at=datetime.fromisoformat(stored["created_at"]),
    assets={key: Asset(kind, b64decode(content)) for key, (kind, content) in stored["assets"].items()},
    attachments=tuple(AttachmentRef(**row) for row in stored["attachments"]),
)
print(hashlib.sha256(rerender(document)).hexdigest())
"""
ELSEWHERE = (
    {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "de_DE.UTF-8", "PYTHONUTF8": "0"},
)


def run(code: str, environment: dict[str, str], *arguments: str) -> str:
    """What ``code`` prints in a process of its own."""
    variables = {"PYTHONPATH": str(PROJECT), "PATH": os.environ["PATH"], **environment}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_kind_gives_the_same_bytes_elsewhere_and_next_year(rendered: dict[str, RenderedDocument]) -> None:
    here = {name: item.pdf_sha256 for name, item in rendered.items()}
    with ThreadPoolExecutor(len(ELSEWHERE)) as pool:
        for there in pool.map(lambda environment: json.loads(run(RENDER_ALL, environment)), ELSEWHERE):
            assert there == here


@pytest.mark.parametrize("environment", ELSEWHERE)
def test_what_is_stored_gives_the_same_bytes_in_another_process(
    environment: dict[str, str], rendered: dict[str, RenderedDocument], tmp_path: Path
) -> None:
    item = rendered["permit_notice"]
    stored = {
        "html": item.html,
        "css": item.css,
        "created_at": item.created_at.isoformat(),
        "assets": {key: [asset.media_type, b64encode(asset.content).decode()] for key, asset in item.assets.items()},
        "attachments": [asdict(attachment) for attachment in item.attachments],
    }
    (tmp_path / "stored.json").write_text(json.dumps(stored))
    assert run(RERENDER, environment, str(tmp_path / "stored.json")).strip() == item.pdf_sha256


def test_what_is_stored_gives_the_same_bytes_for_every_kind(rendered: dict[str, RenderedDocument]) -> None:
    for item in rendered.values():
        assert rerender(item) == item.pdf


def test_no_file_knows_the_day_it_was_rendered(rendered: dict[str, RenderedDocument]) -> None:
    # Samples are dated; around midnight the render may have begun the day before.
    days = [datetime.now(UTC) - timedelta(days=back) for back in (0, 1)]
    for item in rendered.values():
        for day in days:
            if day.date() == item.created_at.date():
                continue
            for written in (f"D:{day:%Y%m%d}", f"{day:%Y-%m-%dT}"):
                assert written.encode() not in item.pdf
