"""Settings from the environment or `.env`; a missing or empty one stops the start with a line that names it."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.errors import SettingsError

SecretList = Annotated[tuple[SecretStr, ...], NoDecode]
PLACEHOLDERS = ("replace_me", "replace-me")
SHORTEST_RETENTION = 30  # days
SHORTEST_OPERATOR_KEY = 16  # guessing one must be hopeless: nothing else slows a guesser down


class Settings(BaseSettings):
    """One field per variable, in lower case; `.env.example` documents each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=False)

    database_url: str = "sqlite:///paidthrough.sqlite3"
    stripe_api_key: SecretStr
    stripe_webhook_secrets: SecretList
    stripe_api_base: str = "https://api.stripe.com"
    api_keys: SecretList
    secret_key: SecretStr
    public_url: str = "http://127.0.0.1:8000"
    uid_metadata_key: str = "uid"
    order_metadata_key: str = "order_id"
    order_id_single_payment: bool = False
    renewal_grace_hours: int = Field(default=72, ge=0, le=24 * 30)
    stripe_away_grace_hours: int = Field(default=24, ge=0, le=24 * 30)
    webhook_tolerance_seconds: int = Field(default=300, ge=1)
    account_session_minutes: int = Field(default=15, ge=1, le=24 * 60)
    operator_keys: SecretList = ()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    web_workers: int = Field(default=1, ge=1, le=64)
    web_threads: int = Field(default=8, ge=1, le=256)
    event_retention_days: int = Field(default=0, ge=0)
    evidence_retention_days: int = Field(default=0, ge=0)
    metrics_port: int = Field(default=0, ge=0, le=65535)

    @field_validator("stripe_webhook_secrets", "api_keys", "operator_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("operator_keys", mode="after")
    @classmethod
    def _named_and_long(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        """Nothing at all turns the console off."""
        pairs = [pair for pair in value if pair.get_secret_value()]
        for name, _, key in (pair.get_secret_value().partition(":") for pair in pairs):
            if not name.strip() or len(key) < SHORTEST_OPERATOR_KEY:
                raise ValueError(f"wants name:key pairs, each key of {SHORTEST_OPERATOR_KEY} characters or more")
        return tuple(pairs)

    @field_validator("stripe_webhook_secrets", "api_keys")
    @classmethod
    def _no_blank_secret(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        # An empty secret would verify signatures that anybody can make.
        if not value or any(not secret.get_secret_value() for secret in value):
            raise ValueError("is empty")
        return value

    @field_validator("stripe_api_key", "secret_key")
    @classmethod
    def _not_blank(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError("is empty")
        return value

    @field_validator("stripe_api_key", "secret_key", "stripe_webhook_secrets", "api_keys")
    @classmethod
    def _not_the_example(cls, value: SecretStr | tuple[SecretStr, ...]) -> SecretStr | tuple[SecretStr, ...]:
        # Everybody knows the example's values: with them anybody could sign a cookie.
        several = value if isinstance(value, tuple) else (value,)
        if any(word in secret.get_secret_value() for secret in several for word in PLACEHOLDERS):
            raise ValueError("still has the value of the example")
        return value

    @field_validator("database_url", "uid_metadata_key", "order_metadata_key", "public_url", "stripe_api_base")
    @classmethod
    def _not_empty(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("is empty")
        return value

    @field_validator("event_retention_days")
    @classmethod
    def _not_sooner_than_stripe(cls, value: int) -> int:
        # The gap sweep would take what Stripe still lists for missing.
        if 0 < value < SHORTEST_RETENTION:
            raise ValueError(f"is 0 (for ever) or at least {SHORTEST_RETENTION}, for as long as Stripe lists events")
        return value

    @property
    def livemode(self) -> bool:
        """Whether the API key is a live one; events of the other mode are not ours."""
        return "_live_" in self.stripe_api_key.get_secret_value()

    @property
    def renewal_grace(self) -> timedelta:
        return timedelta(hours=self.renewal_grace_hours)

    @property
    def stripe_away_grace(self) -> timedelta:
        return timedelta(hours=self.stripe_away_grace_hours)


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: one line that names the first setting that is missing, empty or wrong.
    """
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        what = "is missing" if first["type"] == "missing" else first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}: {what} (see .env.example)") from None
