"""What is said after a customer canceled or resumed, for every way in which that can end."""

from datetime import datetime

from markupsafe import Markup

from app.billing.cancellation_outcome import CancelOutcome
from app.policy.cancellation_steps import CancelResult
from app.web.times import written_out

GOOD, NOTICE, ALERT = "good", "notice", "alert"
CHARGED_ALL_THE_SAME = "You canceled {name} in time, but its renewal was charged all the same. That is our mistake."


def outcome_of(
    outcome: CancelOutcome, *, name: str, renews_at: datetime | None, dropped: bool = False
) -> tuple[str, Markup]:
    """The tone and the words; `dropped` is whether a planned change was known before."""
    instants = {"ends_at": outcome.ends_at, "requested_at": outcome.requested_at, "renews_at": renews_at}
    known = {key: written_out(instant) for key, instant in instants.items() if instant is not None}
    tone, *sentences = OUTCOMES[outcome.result]
    said = next(said for words in sentences if (said := _said(words, name, known)))
    if dropped and outcome.released_schedule:
        said += Markup(" The change that was planned for it is dropped.")
    return tone, said


def _said(words: str, name: str, known: dict[str, Markup]) -> Markup | None:
    try:
        return Markup(words).format(name=name, **known)  # noqa: S704 - our own words
    except KeyError:
        return None  # it speaks of an instant that is not known: the next one does with less


OUTCOMES: dict[CancelResult, tuple[str, ...]] = {
    CancelResult.SCHEDULED: (
        GOOD,
        "{name} is canceled. It ends on {ends_at}, and nothing is charged for the time after that.",
        "{name} is canceled and will not renew.",
    ),
    CancelResult.ALREADY_ENDING: (
        GOOD,
        "{name} was canceled already. It ends on {ends_at}.",
        "{name} was canceled already.",
    ),
    CancelResult.RENEWAL_STOPPED: (
        GOOD,
        "{name} is canceled. Its renewal had begun; it was stopped, and nothing was charged.",
    ),
    CancelResult.RENEWED_BEFORE_CANCEL: (
        ALERT,
        f"{CHARGED_ALL_THE_SAME} It ends on {{ends_at}}. Please contact support about the charge.",
        f"{CHARGED_ALL_THE_SAME} Please contact support about the charge.",
    ),
    CancelResult.CANCELED_NOW: (GOOD, "{name} is canceled and has ended."),
    CancelResult.RESUMED: (GOOD, "{name} goes on. It renews on {renews_at}.", "{name} goes on."),
    CancelResult.NOTHING_TO_RESUME: (GOOD, "{name} goes on as it was: it was not canceled."),
    CancelResult.COLLECTION_PAUSED: (NOTICE, "Payments for {name} are paused."),
    CancelResult.ALREADY_PAUSED: (NOTICE, "Payments for {name} were paused already."),
    CancelResult.RECORDED: (
        NOTICE,
        "We have recorded your request at {requested_at}, and that time counts.",
        "We have recorded your request.",
    ),
    CancelResult.ALREADY_ENDED: (
        NOTICE,
        "{name} has ended already, so there is nothing left to change. To use it again, subscribe anew.",
    ),
    CancelResult.INCOMPLETE: (
        NOTICE,
        "{name} never started, because its first payment was not completed. Nothing is charged for it.",
    ),
    CancelResult.REFUSED: (
        ALERT,
        "Our payment provider did not accept this change to {name}. Please contact support.",
    ),
    CancelResult.NOT_IN_GOOD_STANDING: (
        ALERT,
        "{name} cannot be resumed, because your account is not in good standing. Please contact support.",
    ),
    CancelResult.TOO_OFTEN: (
        NOTICE,
        "{name} was resumed too often today. Please try again tomorrow, or contact support.",
    ),
    CancelResult.NOT_YOURS: (ALERT, "This subscription is not yours."),
}
