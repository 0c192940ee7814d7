"""What the account page says about a subscription, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
    access, waiting = subscription.access, subscription.waiting
    if waiting is not None:
        times = {"since": waiting.since, "ends_at": subscription.cycle_ends}
        return _first_fitting(WAITING.get(waiting.action, ()), times)
    if access is None:
        return UNKNOWN
    times = {"renews_at": access.renews_at, "until": access.until}
    return _first_fitting(WORDS.get(access.reason, ()), times)


def _first_fitting(choices: Iterable[Status], times: dict[str, datetime | None]) -> Status:
    known = {name: written_out(instant) for name, instant in times.items() if instant is not None}
    return next((fitting for words in choices if (fitting := _fit_or_none(words, known))), UNKNOWN)


def _fit_or_none(words: Status, known: dict[str, Markup]) -> Status | None:
    try:
        said = Markup(words.sentence).format(**known)  # noqa: S704 - our own words
    except KeyError:
        return None  # it speaks of an instant that is not known: the next one does with less
    return Status(words.badge, words.tone, said)


UNKNOWN = Status("Being set up", "quiet", "We are waiting for the details of this subscription.")
PASSED_ON = "Our payment provider cannot be reached just now; we pass it on as soon as it can."
WAITING = {
    "cancel": (
        Status("Cancellation recorded", "notice", f"You canceled on {{since}}. It ends on {{ends_at}}. {PASSED_ON}"),
        Status("Cancellation recorded", "notice", f"You canceled on {{since}}. {PASSED_ON}"),
    ),
    "resume": (Status("Resumption recorded", "notice", f"You asked us on {{since}} to let it go on. {PASSED_ON}"),),
}
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
