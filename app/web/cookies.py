"""Sessions of pages: customers and operators have cookies of their own, and neither opens the other's door."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

OPERATORS = "/operator"


class OperatorSession(SecureCookieSession):
    """What the cookie of an operator holds."""


class OperatorSessions(SecureCookieSessionInterface):
    """Signed with another salt, so that a customer's cookie under this name is worth nothing."""

    salt = "operator-session"
    session_class = OperatorSession

    def get_cookie_name(self, app: Flask) -> str:
        return f"{super().get_cookie_name(app)}_operator"

    def get_cookie_path(self, app: Flask) -> str:
        return OPERATORS


class PageSessions(SecureCookieSessionInterface):
    """Sessions for pages only: reading and signing a cookie costs more than an answer about access."""

    def __init__(self, *, without: tuple[str, ...]) -> None:
        self._without = without
        self._operators = OperatorSessions()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        path = request.environ["PATH_INFO"]
        if path.startswith(self._without):
            return None
        if is_operators(path):
            return self._operators.open_session(app, request)
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if isinstance(session, OperatorSession):
            self._operators.save_session(app, session, response)
        else:
            super().save_session(app, session, response)


def is_operators(path: str) -> bool:
    return f"{path}/".startswith(f"{OPERATORS}/")
