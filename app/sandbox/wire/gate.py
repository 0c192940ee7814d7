"""The one way in: every request passes key, version, route, parameters and idempotency, in that order."""

from app.sandbox import api as api  # registers every endpoint
from app.sandbox.account import Account
from app.sandbox.refusal import ImpossibleParameter, Refusal
from app.sandbox.state.journal import Cause
from app.sandbox.trouble import SandboxTimeout, Trouble
from app.sandbox.wire import routes
from app.sandbox.wire.expand import expanded
from app.sandbox.wire.idempotency import IdempotentAnswers, Stored, fingerprint
from app.sandbox.wire.message import Request, Response, check_key, check_version, rendered, respond

_INTERNAL = "An unexpected error occurred on Stripe's side."


class Gate:
    def __init__(self, account: Account, trouble: Trouble) -> None:
        self._account = account
        self._trouble = trouble
        self._answers = IdempotentAnswers()

    def handle(self, request: Request, *, troubled: bool = True) -> Response:
        """`troubled` is false for what a person does in the dashboard."""
        request_id = self._account.ids.new("req")
        struck = self._trouble.strike(f"{request.method} {request.path}") if troubled else None
        if struck == "timeout_before_effect":
            raise SandboxTimeout(took_effect=False)
        try:
            response = self._answer(request, request_id, struck)
        except Refusal as refusal:
            response = self._refused(refusal, request_id, **self._wait(struck))
        request.status = response.status
        if struck == "timeout_after_effect":
            raise SandboxTimeout(took_effect=True)
        return response

    def _answer(self, request: Request, request_id: str, struck: str | None) -> Response:
        _refuse_service(struck)
        check_key(request.headers, livemode=self._account.livemode)
        check_version(request.headers)
        if request.malformed is not None:
            raise request.malformed
        endpoint, ids = routes.find(request.method, request.path)
        key = request.idempotency_key if request.method == "POST" else None
        if key is None:
            return self._perform(request, endpoint, ids, request_id, struck)
        mark = fingerprint(request.method, request.path, request.params)
        stored = self._answers.replay(key, mark, now=self._account.now())
        if stored is not None:
            return self._respond(stored.status, stored.body, request_id, idempotent_replayed="true")
        response = self._perform(request, endpoint, ids, request_id, struck)
        kept = Stored(fingerprint=mark, at=self._account.now(), status=response.status, body=response.body)
        self._answers.keep(key, kept)
        return response

    def _perform(
        self, request: Request, endpoint: routes.Endpoint, ids: list[str], request_id: str, struck: str | None
    ) -> Response:
        """A refusal from here on is an answer like any other, and kept; one of the parameters is not."""
        journal = self._account.journal
        journal.cause = Cause(request_id=request_id, idempotency_key=request.idempotency_key)
        try:
            _break_down(struck)
            answer, expand = routes.call(self._account, endpoint, ids, request.params)
            return self._respond(200, rendered(expanded(self._account, answer, expand)), request_id)
        except ImpossibleParameter:
            raise
        except Refusal as refusal:
            return self._refused(refusal, request_id)
        finally:
            journal.cause = Cause()

    def _wait(self, struck: str | None) -> dict[str, str]:
        seconds = self._trouble.retry_after if struck == "rate_limited" else None
        return {} if seconds is None else {"retry_after": str(seconds)}

    def _refused(self, refusal: Refusal, request_id: str, **more: str) -> Response:
        error = {**refusal.error, "request_log_url": f"https://dashboard.stripe.com/test/logs/{request_id}"}
        return self._respond(refusal.status, rendered({"error": error}), request_id, **more)

    def _respond(self, status: int, body: bytes, request_id: str, **more: str) -> Response:
        return respond(status, body, now=self._account.now(), request_id=request_id, **more)


def _break_down(struck: str | None) -> None:
    if struck == "internal_error":
        raise Refusal(500, _INTERNAL, type_="api_error")


def _refuse_service(struck: str | None) -> None:
    match struck:
        case "outage":
            raise Refusal(503, "Stripe is temporarily unavailable.", type_="api_error")
        case "rate_limited":
            message = (
                "Request rate limit exceeded. Learn more about rate limits at https://stripe.com/docs/rate-limits."
            )
            raise Refusal(429, message, code="rate_limit")
        case "lock_timeout":
            message = "This object cannot be accessed right now because another API request or Stripe process"
            raise Refusal(429, f"{message} is currently accessing it.", code="lock_timeout")
        case "key_in_use":
            message = "There is currently another in-progress request using this Idempotency Key."
            raise Refusal(409, message, type_="idempotency_error", code="idempotency_key_in_use")
