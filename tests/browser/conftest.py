"""A real browser against the running site. Every test fails on outside requests and on errors in the console."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from config.headers import POLICY

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PROJECT = Path(__file__).resolve().parents[2]
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
# Chromium's own viewer for PDFs.
PDF_VIEWER = ("chrome://resources/", "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/")
WIDTHS = (320, 390, 1440)
FAILURES = PROJECT / "test-failures"
OPEN: list[Page] = []
#: For actions and expectations alike: on two cores, two browsers and a worker share the time.
PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)
# Refusals that a test provokes on purpose are no errors of the page.
EXPECTED_STATUS = ("410", "422", "429", "404", "403", "409")


@pytest.fixture(scope="session", autouse=True)
def _queries_beside_a_loop() -> Iterator[None]:
    """Playwright's loop runs in this thread, which makes Django believe that its queries would block a server."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


Axe = Callable[[Page], None]
Show = Callable[..., None]
TEXT = """{% extends "base.html" %}{% load static %}{% block title %}Probe{% endblock %}
{% block head %}<link rel="stylesheet" href="{% static "dist/map.css" %}">{% endblock %}
{% block content %}<h1>Probe</h1>CONTENT{% endblock %}
{% block scripts %}<script type="module" src="{% static "dist/SCRIPT.js" %}"></script>{% endblock %}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium once."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Picture every open page of a failing test, and name the files in its report."""
    report = yield
    if report.failed and call.when == "call":
        FAILURES.mkdir(exist_ok=True)
        for index, page in enumerate(OPEN):
            path = FAILURES / f"{report.location[2]}-{index}.png"
            page.screenshot(path=path, full_page=True)
            report.sections.append((f"Page {index}", f"{page.url}\n{path}"))
    return report


@contextmanager
def watched_page(browser: Browser, url: str) -> Iterator[Page]:
    """Open a page in a fresh German browser; at the end fail on requests to other servers and on errors."""
    context = browser.new_context(base_url=url, locale="de-DE", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    outside: list[str] = []
    errors: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((url, "data:", "blob:", *PDF_VIEWER)):
            outside.append(request.url)

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f"status of {code}" in message.text for code in EXPECTED_STATUS):
            errors.append(message.text)

    page = context.new_page()
    context.on("request", watch)
    context.on("console", listen)
    page.on("pageerror", lambda error: errors.append(str(error)))
    OPEN.append(page)
    try:
        yield page
    finally:
        OPEN.remove(page)
        context.close()
    assert not outside, f"Requests to other servers: {outside}"
    assert not errors, f"Errors in the console: {errors}"


@pytest.fixture
def page(browser: Browser, live_server: Any, settings: Any) -> Iterator[Page]:
    """Return a page of a fresh German browser on the site."""
    settings.SITE_URL = live_server.url
    settings.DEMO = True
    with watched_page(browser, live_server.url) as opened:
        yield opened


@pytest.fixture
def axe() -> Axe:
    """Return a check that fails with what axe-core finds on the page (WCAG 2.2 A and AA, best practices)."""

    def check(page: Page) -> None:
        page.evaluate(AXE.read_text())  # by the debugger: the site allows no inline script
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
        )
        lines = [
            f"{violation['id']}: {violation['help']} at {node['target']} – {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


@pytest.fixture
def no_sideways_scroll() -> Callable[[Page], None]:
    """Return a check that nothing is wider than the window, from 320 px on (WCAG 1.4.10)."""

    def check(page: Page) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{page.url} is {wide} px wide in a window of {width} px"
        page.set_viewport_size({"width": 1440, "height": 900})

    return check


@pytest.fixture
def show(page: Page, live_server: Any) -> Show:
    """Return a function that opens a page with ``content``, run by ``script``, under the site's own policy."""

    def open_page(content: str, script: str, **context: Any) -> None:
        request = RequestFactory().get("/probe/")
        request.user = AnonymousUser()
        source = TEXT.replace("CONTENT", content).replace("SCRIPT", script)
        html = engines["django"].from_string(source).render(context, request)
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        page.route(f"{live_server.url}/probe/", lambda route: route.fulfill(body=html, headers=headers))
        page.goto("/probe/")

    return open_page
