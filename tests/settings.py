"""The site's settings in test mode, with a folder and a database server that live as long as the test run."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.launcher.postgres import database_url

os.environ["BAUAKTE_ENV"] = "test"
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
# xdist's workers inherit the folder of the process that starts them, and keep their own files apart in it.
TEST_FOLDER = Path(os.environ["BAUAKTE_TEST_FOLDER"] if WORKER else tempfile.mkdtemp(prefix="bauakte-test-"))
if not WORKER:
    atexit.register(shutil.rmtree, TEST_FOLDER, ignore_errors=True)
os.environ["BAUAKTE_TEST_FOLDER"] = str(TEST_FOLDER)
os.environ["BAUAKTE_VAR"] = str(TEST_FOLDER / (WORKER or "main"))
TEST_SERVER = TEST_FOLDER / "pg"
OWN_SERVER = "DATABASE_URL" not in os.environ
os.environ.setdefault("DATABASE_URL", database_url(TEST_SERVER))

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# The job worker's threads must not keep a connection to a test database that is about to be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
