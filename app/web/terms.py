"""What a cancellation means, said before it is confirmed."""

from collections.abc import Iterator
from datetime import datetime

from markupsafe import Markup

from app.billing.account import AccountSubscription
from app.billing.planned_change import PlannedChange
from app.policy.access import Reason
from app.web.times import written_out

OWING = frozenset({Reason.PENDING, Reason.GRACE, Reason.UNPAID})
WITHOUT_ACCESS = frozenset({Reason.PAUSED, Reason.SUSPENDED, Reason.TERMINATED})


def terms_of(subscription: AccountSubscription, change: PlannedChange | None) -> Iterator[Markup]:
    end = subscription.cycle_ends
    if end is not None:
        yield Markup(_access(subscription)).format(written_out(end))  # noqa: S704 - our own words
    yield Markup("It does not renew, and no new period is charged.")
    if any(line.metered for line in subscription.lines):
        yield Markup("What you still use is billed as usual.")
    if not _is_trial(subscription):
        yield Markup("There is no partial refund for the rest of the current period.")
    yield Markup("You can change your mind and resume it {}.").format("until then" if end else "before it ends")
    if change is not None:
        yield _dropped(change.at)


def _access(subscription: AccountSubscription) -> str:
    reason = subscription.access.reason if subscription.access else None
    if _is_trial(subscription):
        return "Your free trial goes on until {}, and you are not charged."
    if reason in OWING:
        return "Your payment for the current period has not arrived yet. Once it is paid, you keep access until {}."
    if reason in WITHOUT_ACCESS or reason is None:
        return "The subscription ends with its current period, on {}, or at once if that is over."
    return "You keep access until {}."


def _is_trial(subscription: AccountSubscription) -> bool:
    return subscription.access is not None and subscription.access.reason is Reason.TRIAL


def _dropped(at: datetime | None) -> Markup:
    when = Markup(" for {}").format(written_out(at)) if at else ""
    return Markup("The change that is planned{} is dropped.").format(when)
