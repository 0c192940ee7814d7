"""What the account page says about a subscription, in plain words."""

from dataclasses import dataclass

from markupsafe import Markup

from app.billing.account import AccountSubscription
from app.policy.access import Reason
from app.web.times import written_out


@dataclass(frozen=True, slots=True)
class Status:
    """`tone` picks the color; the words say it too."""

    badge: str
    tone: str
    sentence: str


def status_of(subscription: AccountSubscription) -> Status:
    access = subscription.access
    if access is None:
        return _fit(UNKNOWN, {})
    times = {"renews_at": access.renews_at, "until": access.until, "paid_through": access.paid_through}
    known = {name: written_out(instant) for name, instant in times.items() if instant is not None}
    return next(
        (fitting for words in WORDS.get(access.reason, ()) if (fitting := _fit_or_none(words, known))),
        _fit(UNKNOWN, known),
    )


def waiting_of(subscription: AccountSubscription) -> Markup | None:
    """What is said while a request has not reached Stripe."""
    waiting = subscription.waiting
    if waiting is None:
        return None
    what = "to cancel this subscription" if waiting.action == "cancel" else "to keep this subscription"
    return Markup(
        "You asked us {} on {}. It is recorded with that time. Our payment provider cannot be reached just now; "
        "we pass it on as soon as it can."
    ).format(what, written_out(waiting.since))


def _fit_or_none(words: Status, known: dict[str, Markup]) -> Status | None:
    try:
        return _fit(words, known)
    except KeyError:
        return None  # it speaks of an instant that is not known: the next one does with less


def _fit(words: Status, known: dict[str, Markup]) -> Status:
    return Status(words.badge, words.tone, Markup(words.sentence).format(**known))  # noqa: S704 - our own words


UNKNOWN = Status("Being set up", "quiet", "We are waiting for the details of this subscription.")
WORDS: dict[Reason, tuple[Status, ...]] = {
    Reason.ACTIVE: (
        Status("Active", "good", "Renews on {renews_at}."),
        Status("Active", "good", "Access until {until}."),
        Status("Active", "good", ""),
    ),
    Reason.TRIAL: (
        Status("Free trial", "good", "Free until {renews_at}. Then the first payment is due."),
        Status("Free trial", "good", "Access until {until}."),
    ),
    Reason.ENDING: (Status("Ending", "notice", "Access until {until}. It does not renew."),),
    Reason.PENDING: (
        Status("Payment on its way", "notice", "Your payment is being processed. You have access meanwhile."),
    ),
    Reason.GRACE: (
        Status(
            "Payment due",
            "alert",
            "Your last payment did not go through. Access until {until}, and longer once it is paid.",
        ),
        Status("Payment due", "alert", "Your last payment did not go through."),
    ),
    Reason.UNCONFIRMED: (Status("Active", "good", "Your renewal is being confirmed. You have access meanwhile."),),
    Reason.FREE_PAUSE: (
        Status("Billing paused", "notice", "Nothing is charged at the moment. You have access meanwhile."),
    ),
    Reason.ENDED: (
        Status("Ended", "quiet", "Access ended on {until}."),
        Status("Ended", "quiet", "Access has ended."),
    ),
    Reason.UNPAID: (
        Status("Unpaid", "alert", "Access ended on {until}, because the payment did not go through."),
        Status("Unpaid", "alert", "No access, because the payment did not go through."),
    ),
    Reason.INCOMPLETE: (
        Status("Not completed", "quiet", "The first payment was not completed, so this subscription did not start."),
    ),
    Reason.PAUSED: (
        Status("Paused", "notice", "Access stopped on {until}, when the subscription was paused."),
        Status("Paused", "notice", "There is no access while the subscription is paused."),
    ),
    Reason.SUSPENDED: (
        Status("Suspended", "alert", "Access ended on {until}, when this account was suspended."),
        Status("Suspended", "alert", "This account is suspended."),
    ),
    Reason.TERMINATED: (
        Status("Terminated", "alert", "Access ended on {until}, when this account was terminated."),
        Status("Terminated", "alert", "This account is terminated."),
    ),
}
