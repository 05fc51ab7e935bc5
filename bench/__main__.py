"""``python -m bench [NAME …]``: run every ``bench/bench_*.py`` (or the named ones), one JSON line per figure."""

import importlib
import json
import sys
from pathlib import Path


def main(names: list[str]) -> None:
    """Print the figures as they come. Each module has ``figures() -> Iterator[dict[str, object]]``."""
    modules = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    for name in modules:
        if names and name.removeprefix("bench_") not in names:
            continue
        for figure in importlib.import_module(f"bench.{name}").figures():
            print(json.dumps(figure, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
