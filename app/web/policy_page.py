"""The refund policy as everybody can read it: no session, and an address for each clause."""

from flask import Blueprint, render_template

from app.billing.policy_document import IN_FORCE_SINCE, policy_document


def register(web: Blueprint) -> None:
    web.add_url_rule("/refund-policy", "refund_policy", refund_policy)


def refund_policy() -> str:
    return render_template("refund_policy.html", policy=policy_document(), since=IN_FORCE_SINCE)
