"""The account page: what the customer has, until when, and what they can do about it."""

from flask import Blueprint, render_template

from app.billing.account import account_of
from app.web.session import here, visitor
from app.web.words import status_of


def register(web: Blueprint) -> None:
    web.add_url_rule("/account", "account", account)


def account() -> str:
    who = visitor()
    subscriptions = account_of(here(), who.uid)
    return render_template("account.html", subscriptions=subscriptions, status_of=status_of)
