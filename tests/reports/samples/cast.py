"""The people, places and shared parts of the samples stand in ``reports.samples.cast``."""

from reports.samples.cast import *  # noqa: F403
