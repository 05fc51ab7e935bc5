"""Running the real job worker inside a test, until the queue is empty."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from demo.worker import work_off_jobs


def run_jobs() -> None:
    """Work off every due job, in a thread of its own: once a browser has run, Playwright's loop stays in the first."""

    def work() -> None:
        try:
            work_off_jobs()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
