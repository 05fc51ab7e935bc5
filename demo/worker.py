"""The real job worker, run in this process until the queue is empty: demo notices are rendered and sealed for real."""

import asyncio

from procrastinate.contrib.django import app


def work_off_jobs() -> None:
    """Work off every job that is due, then stop."""
    asyncio.run(_work())


async def _work() -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as worker_app:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="never"
            )
