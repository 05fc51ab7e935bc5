"""How gunicorn serves the site; used by `make run` and in production (``gunicorn -c config/gunicorn.py``)."""

import os

wsgi_app = "config.wsgi:application"
# `make run` binds the port itself, so that it can say at once when the port is in use.
bind = (
    f"fd://{os.environ['WEB_SOCKET']}" if "WEB_SOCKET" in os.environ else f"127.0.0.1:{os.environ.get('PORT', '8000')}"
)
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 10
keepalive = 5
# A worker that leaks memory over weeks is replaced now and then, not all at the same time.
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  (heartbeats belong in memory)
control_socket_disable = True
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
