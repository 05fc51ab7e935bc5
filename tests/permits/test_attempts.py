"""A limit on attempts: it holds over all processes and connections, ends with its window, and tells nobody apart."""

import datetime as dt
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.urls import reverse

from permits.models import AttemptCount
from permits.services.attempts import may_try
from permits.views.callers import caller_address

ROOT = Path(__file__).resolve().parents[2]
MINUTE = dt.timedelta(minutes=1)
START = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
ASKING = """
import django
django.setup()
from django.test import Client
print(*(Client().post("/pruefen/", {"sha256": "0" * 64}).status_code for _ in range(15)))
"""


def tries(count: int, caller: str = "192.0.2.1", purpose: str = "test") -> list[bool]:
    return [may_try(purpose=purpose, caller=caller, limit=3, window=MINUTE) for _ in range(count)]


@pytest.mark.django_db(transaction=True)
def test_two_web_processes_count_together() -> None:
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={database['HOST']}"
    if database["PORT"]:
        url += f"&port={database['PORT']}"
    # Web processes of one site share its folder, and so the key that the caller's address is hidden with.
    folder = os.environ.get("PYTEST_XDIST_WORKER", "main")
    own = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTEST_XDIST_WORKER": folder}
    environment = {**os.environ, **own}
    running = [
        subprocess.Popen([sys.executable, "-c", ASKING], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    statuses = sorted(status for process in running for status in process.communicate(timeout=120)[0].split())
    assert statuses == ["422"] * 20 + ["429"] * 10
    assert Client().post(reverse("verify"), {"sha256": "0" * 64}).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_connections_that_ask_at_the_same_moment_are_all_counted() -> None:
    start, answers = threading.Barrier(8), []

    def work() -> None:
        start.wait()
        answers.extend(tries(5))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 37 + [True] * 3
    assert AttemptCount.objects.get().count == 40


@pytest.mark.django_db
def test_callers_and_purposes_count_apart_and_a_window_ends() -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert tries(4) == [True, True, True, False]
        assert tries(1, caller="192.0.2.2") == tries(1, purpose="other") == [True]
        clock.shift(59)
        assert tries(1) == [False]
        clock.shift(1)
        assert tries(4) == [True, True, True, False]


@pytest.mark.django_db
def test_what_has_ended_is_cleared_and_no_address_is_stored() -> None:
    with time_machine.travel(START, tick=False) as clock:
        for host in range(150):
            tries(1, caller=f"192.0.2.{host}")
        assert not AttemptCount.objects.filter(key__contains="192.0.2").exists()
        clock.shift(61)
        tries(2, caller="198.51.100.1")
        assert AttemptCount.objects.count() == 1


@pytest.mark.parametrize(
    ("proxy", "forwarded", "expected"),
    [
        (False, "203.0.113.7", "10.0.0.1"),
        (True, "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        (True, "", "10.0.0.1"),
        (True, "203.0.113.7, unknown", "10.0.0.1"),
    ],
)
def test_behind_a_proxy_its_last_address_counts(
    settings: object, rf: RequestFactory, proxy: bool, forwarded: str, expected: str
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if proxy else None  # type: ignore[attr-defined]
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert caller_address(request) == expected


@pytest.mark.django_db
def test_failed_sign_ins_behind_a_proxy_do_not_lock_out_everybody(client: Client, settings: object) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # type: ignore[attr-defined]

    def sign_in(address: str) -> int:
        data = {"username": "someone@example.org", "password": "wrong"}
        return client.post(reverse("sign_in"), data, headers={"X-Forwarded-For": address}).status_code

    assert [sign_in("203.0.113.7") for _ in range(5)][-1] == 429
    assert sign_in("203.0.113.8") == 422
