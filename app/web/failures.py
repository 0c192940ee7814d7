"""Errors as pages for people: what happened, and where to go from here."""

from flask import Response, make_response, render_template, request, session

from app.web.cookies import is_operators

WORDS = {
    400: ("That did not work", "Something in the request was not as expected. Go back and try again."),
    404: ("Nothing here", "This page does not exist, or it is not yours to see."),
    405: ("That does not work here", "This address cannot be used that way."),
    413: ("Too much at once", "What you sent is too large."),
    503: ("One moment", "We cannot look this up just now. Please try again in a minute."),
}
OTHERWISE = ("Something went wrong", "It is our fault, not yours. Please try again in a minute.")


def page(status: int, title: str | None = None, text: str | None = None) -> Response:
    usual_title, usual_text = WORDS.get(status, OTHERWISE)
    frame = "operator/page.html" if is_operators(request.path) else "page.html"
    shown = render_template("message.html", title=title or usual_title, text=text or usual_text, frame=frame)
    return make_response(shown, status)


def session_over(_error: Exception) -> Response:
    known = "uid" in session
    return page(
        401,
        "Please open this page again" if known else "You are not signed in",
        "For your safety, this page closes after a few hours. "
        "Open the account settings of the app where you subscribed: it brings you back here."
        if known
        else "Open the account settings of the app where you subscribed: it brings you here, already signed in.",
    )


def link_over() -> Response:
    return page(
        410,
        "This link no longer works",
        "A link to this page works once, for a few minutes. "
        "Open the account settings of the app where you subscribed to get a new one.",
    )
