"""Running the real job worker inside a test, until the queue is empty."""

from demo.worker import work_off_jobs as run_jobs

__all__ = ["run_jobs"]
