"""What the same server can do at all: an app that checks signatures and nothing else, and reads one row."""

import sqlite3
import sys
from collections.abc import Callable
from threading import local
from unittest.mock import patch

import psycopg
from flask import Flask, Response, request
from sqlalchemy.engine import make_url
from stripe import WebhookSignature

from app import serving
from app.billing.context import Context
from app.settings import load_settings
from webhooks.endpoint import RECEIVED

Read = Callable[[str], object]


def bare_app(context: Context) -> Flask:
    app = Flask("ceiling", static_folder=None)
    secret = context.settings.stripe_webhook_secrets[0].get_secret_value()
    check, read = WebhookSignature.verify_header, _reader(context.settings.database_url)

    @app.post("/webhooks/stripe")
    def receive() -> Response:
        check(request.get_data(cache=False).decode(), request.headers["Stripe-Signature"], secret, tolerance=300)
        return Response(RECEIVED, mimetype="application/json")

    @app.get("/v1/access/<uid>")
    def access(uid: str) -> Response:
        assert read(uid) is not None
        return Response(b'{"entitled": true}', mimetype="application/json")

    @app.get("/healthz")
    def healthz() -> Response:
        return Response(b"ok")

    return app


def _reader(database_url: str) -> Read:
    """One statement by an index on the bare driver, over a connection that each thread keeps."""
    kept, url = local(), make_url(database_url)

    def connect() -> Read:
        if url.get_backend_name() == "sqlite":
            lite = sqlite3.connect(url.database or "", isolation_level=None)
            return lambda uid: lite.execute("SELECT facts FROM access WHERE uid = ?", (uid,)).fetchone()
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        pg = psycopg.connect(plain, autocommit=True, prepare_threshold=2)
        return lambda uid: pg.execute("SELECT facts FROM access WHERE uid = %s", (uid,)).fetchone()

    def read(uid: str) -> object:
        if not hasattr(kept, "read"):
            kept.read = connect()
        return kept.read(uid)

    return read


if __name__ == "__main__":
    with patch.object(serving, "create_app", bare_app):  # the product's own server around another app
        serving.serve_web(load_settings(None), workers=int(sys.argv[1]), with_jobs=False)
