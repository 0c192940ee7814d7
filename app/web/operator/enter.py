"""Operators come in with their key, and go out."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.web.cookies import is_operators
from app.web.operator.session import sign_in, sign_out

OPEN_TO_ALL = frozenset({"operator.key", "operator.enter"})


def register(console: Blueprint) -> None:
    console.add_url_rule("/sign-in", "key", key)
    console.add_url_rule("/sign-in", "enter", enter, methods=["POST"])
    console.add_url_rule("/sign-out", "leave", leave, methods=["POST"])


def key() -> str:
    return render_template("operator/sign_in.html", wrong=False, then=_then())


def enter() -> Response | tuple[str, int]:
    if sign_in(request.form.get("key", "")):
        return redirect(_then(), 303)
    return render_template("operator/sign_in.html", wrong=True, then=_then()), 403


def leave() -> Response:
    sign_out()
    return redirect(url_for("operator.key"), 303)


def to_sign_in(_error: Exception) -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("operator.key", then=wanted), 303)


def _then() -> str:
    """Where the operator wanted to go: only into the console."""
    wanted = request.values.get("then", "")
    path = wanted.partition("?")[0]
    if is_operators(path) and "\\" not in wanted and ".." not in path and wanted.isprintable():
        return wanted
    return url_for("operator.queue")
