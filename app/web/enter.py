"""Coming in by a one-time link, and going out."""

from flask import Blueprint, Response, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.billing.account_link import Invitation, look_at_link, use_link
from app.web.failures import link_over
from app.web.session import back_to, came_by, here, sign_in, sign_out


def register(web: Blueprint) -> None:
    web.add_url_rule("/account/enter/<token>", "look", look)
    web.add_url_rule("/account/enter/<token>", "enter", enter, methods=["POST"])
    web.add_url_rule("/account/sign-out", "leave", leave, methods=["POST"])
    web.add_url_rule("/account/signed-out", "left", left)


def look(token: str) -> AnyResponse:
    """Opening the link does not use it, for programs that look into mail and chats open links too; the button does."""
    invitation = look_at_link(here(), token)
    if invitation is not None and invitation.usable:
        return make_response(render_template("enter.html", **back_to(invitation.return_url)))
    return _second_click(token, invitation)


def enter(token: str) -> AnyResponse:
    invitation = use_link(here(), token)
    if invitation is None:
        return _second_click(token, look_at_link(here(), token))
    sign_in(invitation, token)
    return redirect(url_for("web.account"), 303)


def leave() -> AnyResponse:
    sign_out()
    return redirect(url_for("web.left"), 303)


def left() -> Response:
    return make_response(render_template("message.html", title="You are signed out", text="You can close this page."))


def _second_click(token: str, spent: Invitation | None) -> AnyResponse:
    if came_by(token):
        return redirect(url_for("web.account"), 303)
    if spent is not None and "uid" not in session:
        session["return_url"] = spent.return_url  # so that the page can show the way back
    return link_over()
