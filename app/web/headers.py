"""Headers of every page: no script, no framing, nothing kept by caches."""

from flask import Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
A_YEAR = 31_536_000


def harden(response: Response, *, https: bool, cacheable: bool = False) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)  # a file of a stranger brings a stricter one
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"  # an account link in the address must not reach another site
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if cacheable else "no-store"
    if https:
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    return response
