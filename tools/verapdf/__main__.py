"""``python -m tools.verapdf FLAVOUR[,FLAVOUR] FILE…``: exit 0 where every file complies."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.verapdf import validate


def main() -> int:
    """Print a line per file and flavour, and the failed rules."""
    parser = argparse.ArgumentParser(description="Validate PDF files with veraPDF.")
    parser.add_argument("flavours", help="such as 3a,ua1")
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    verdicts = validate(arguments.files, arguments.flavours.split(","))
    for verdict in verdicts:
        print(
            f"{'PASS' if verdict.compliant else 'FAIL'} {verdict.flavour} {verdict.file} ({verdict.assertions} checks)"
        )
        for rule, message in verdict.failed.items():
            print(f"    {rule}: {message}")
    return 0 if all(verdict.compliant for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
