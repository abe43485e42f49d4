"""A Flask view that only inserts a row, committed before it answers, to measure the webhook view against.

As durable as the connector's own store: SQLite with write-ahead log and synchronous=FULL, eight threads.
"""

import sqlite3
import sys
import threading
from http import HTTPStatus

import waitress
from flask import Flask, Response, request

THREADS = 8
_local = threading.local()
_one_writer = threading.Lock()


def bare_app(path: str) -> Flask:
    """path: of the database file."""
    app = Flask(__name__)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE inbox (body BLOB)")

    @app.post("/")
    def deliver() -> Response:
        body = request.get_data()
        with _one_writer, _connection(path) as database:
            database.execute("INSERT INTO inbox VALUES (?)", (body,))
        return Response(status=HTTPStatus.OK)

    return app


def _connection(path: str) -> sqlite3.Connection:
    if not hasattr(_local, "database"):
        _local.database = sqlite3.connect(path)
        _local.database.execute("PRAGMA synchronous=FULL")
    database: sqlite3.Connection = _local.database
    return database


if __name__ == "__main__":
    server = waitress.create_server(bare_app(sys.argv[1]), host="127.0.0.1", port=0, threads=THREADS)
    print(f"serving {server.effective_port}", flush=True)
    server.run()
