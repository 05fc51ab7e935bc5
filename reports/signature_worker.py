"""Runs as a script of its own under hard limits; prints one JSON object about the signatures of one PDF.

Standard input: a line of JSON (roots and revocation lists in Base64, moment, limits), then the file.
"""

from __future__ import annotations

import base64
import json
import logging
import resource
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

# Isolated mode knows no folder of ours.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reports.seal_keys import parse_certificates
from reports.seal_policy import parse_revocation_list
from reports.signature_judgement import Trust, UnreadableSignatureError, judge_signatures


def main() -> None:
    """Judge the signatures of the file on standard input."""
    job = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (job["max_memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (job["max_seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # pyHanko tells its log about every doubt; the answer holds them all.
    logging.disable(logging.CRITICAL)
    print(json.dumps(answer(job, sys.stdin.buffer.read())))


def answer(job: dict[str, Any], pdf: bytes) -> dict[str, Any]:
    """The findings as JSON values, or why there are none."""
    trust = Trust(
        roots=[item for root in job["roots"] for item in parse_certificates(base64.b64decode(root))],
        revocation_lists=[parse_revocation_list(base64.b64decode(item)) for item in job["revocation_lists"]],
    )
    try:
        found = judge_signatures(pdf, trust, at=datetime.fromisoformat(job["at"]))
    except UnreadableSignatureError:
        return {"refusal": "unreadable"}
    except (MemoryError, RecursionError):
        return {"refusal": "too_costly"}
    return {"signatures": [_plain(asdict(item)) for item in found]}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


if __name__ == "__main__":
    main()
