"""One full sample of every document kind, a module each: ``SAMPLES`` of a module are collected here by name.

Two need them: an authority that previews its letterhead and texts before any case has such a paper, and the tests,
whose golden files are these samples rendered. All people and places are invented.
"""

from __future__ import annotations

import importlib
import pkgutil

from reports.contexts import DocumentContext

SAMPLES: dict[str, DocumentContext] = {}
for _module in pkgutil.iter_modules(__path__):
    for _name, _sample in getattr(importlib.import_module(f"{__name__}.{_module.name}"), "SAMPLES", {}).items():
        if _name in SAMPLES:
            raise ValueError(f"two samples are called {_name!r}")
        SAMPLES[_name] = _sample
