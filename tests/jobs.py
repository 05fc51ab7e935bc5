"""Running the real job worker inside a test, until the queue is empty."""

import asyncio

from procrastinate.contrib.django import app


def run_jobs() -> None:
    """Work off every job that is due, with Procrastinate's own worker and connector, then stop."""
    asyncio.run(_run())


async def _run() -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as worker_app:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="never"
            )
