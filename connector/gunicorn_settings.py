"""The settings of gunicorn, which reads them by `gunicorn -c python:connector.gunicorn_settings`.

Threads, because a request waits for Salesforce or a platform more than it computes. Each process has its own
database connections (12 at most), so workers times 12 must be within what PostgreSQL takes.
"""

import os

from connector.config import load_settings

_settings = load_settings()

wsgi_app = "connector.wsgi:create_app()"
bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
# Longer than the longest call of a page to an org or a platform.
timeout = 60
# SIGTERM: no new requests, and so long for those under way.
graceful_timeout = 25
keepalive = 5
# Restarted now and then, not all at once: what leaks in a library never grows large.
max_requests = 10_000
max_requests_jitter = 1_000
# The heartbeat file belongs into memory: a slow disk must not look like a hanging worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - gunicorn's own default otherwise
# The application logs, with request ids; a second log of addresses would hold secrets of webhooks' paths.
accesslog = None
errorlog = "-"
