"""Every error that Paidthrough raises on purpose; a class's docstring is its default message."""


class PaidthroughError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class SettingsError(PaidthroughError):
    """A setting is missing or wrong."""


class NotStored(PaidthroughError):
    """The database could not take the event."""


class StripeUnavailable(PaidthroughError):
    """Stripe could not be asked just now."""

    def __init__(
        self,
        message: str | None = None,
        *,
        status: int | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        """`status` is None where no answer came at all; `retry_after` are the seconds that Stripe asks us to wait."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after


class StripeRests(StripeUnavailable):
    """Stripe is left alone for a while, because it had trouble just now."""


class StripeKeyRefused(StripeUnavailable):
    """Stripe refused our API key, or the key may not do this."""


class StripeRefused(PaidthroughError):
    """Stripe answered that this cannot be done."""

    def __init__(self, message: str | None = None, *, code: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class StripeMissing(StripeRefused):
    """Stripe has no such object."""


class BadSignature(PaidthroughError):
    """The signature does not fit the body, or its time is too far from ours."""


class NothingToAnnul(PaidthroughError):
    """No decision took this user's standing away, or it is annulled already."""


class DeliveryConflict(PaidthroughError):
    """This order is recorded for another uid."""


class DeliveryInFuture(PaidthroughError):
    """occurred_at lies in the future."""


class ClaimRefused(PaidthroughError):
    """This is not a claim that can be taken."""


class ClaimChanged(ClaimRefused):
    """Somebody else changed the claim just now; look again."""


class BadException(PaidthroughError):
    """This exception cannot be recorded."""


class UnknownAlarm(PaidthroughError):
    """There is no such alarm."""
