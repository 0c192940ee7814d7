"""`.env.example` and the settings are one list, and a wrong setting is one line that names it."""

from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import Settings, load_settings
from tests.support.command import EXAMPLE, environment, example, filled, run

REQUIRED = ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRETS", "API_KEYS", "SECRET_KEY")
NEVER_EMPTY = (*REQUIRED, "DATABASE_URL", "STRIPE_API_BASE", "PUBLIC_URL", "UID_METADATA_KEY", "ORDER_METADATA_KEY")


@pytest.fixture(autouse=True)
def _only_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_example_has_every_setting_in_order() -> None:
    assert list(example()) == [name.upper() for name in Settings.model_fields]


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in filled().items()))
    shown, fields = load_settings(tmp_path / ".env"), Settings.model_fields
    assert {name: getattr(shown, name) for name in fields if not fields[name].is_required()} == {
        name: field.default for name, field in fields.items() if not field.is_required()
    }


def test_the_examples_own_secrets_are_refused() -> None:
    with pytest.raises(SettingsError, match="still has the value of the example"):
        load_settings(EXAMPLE)


def test_the_required_settings_are_the_secrets() -> None:
    assert tuple(name.upper() for name, field in Settings.model_fields.items() if field.is_required()) == REQUIRED


def test_every_setting_of_the_example_has_a_comment() -> None:
    for block in EXAMPLE.read_text().strip().split("\n\n"):
        assert block.startswith("#"), block


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each, value in environment().items():
        monkeypatch.setenv(each, value)
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=rf"^{name}: is missing \(see \.env\.example\)$"):
        load_settings(None)


@pytest.mark.parametrize("name", NEVER_EMPTY)
@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    for each, shown in environment().items():
        monkeypatch.setenv(each, shown)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name}: is empty"):
        load_settings(None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_WEBHOOK_SECRETS", "whsec_one,"),
        ("PORT", "eighty"),
        ("RENEWAL_GRACE_HOURS", "-1"),
        ("ORDER_ID_SINGLE_PAYMENT", "perhaps"),
        ("OPERATOR_KEYS", "a-long-enough-key-without-a-name"),
        ("OPERATOR_KEYS", ":a-long-enough-key-without-a-name"),
        ("OPERATOR_KEYS", "olga:too-short"),
        ("OPERATOR_KEYS", "olga:a-long-enough-key,omar:"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    for each, shown in environment().items():
        monkeypatch.setenv(each, shown)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name}: ") as caught:
        load_settings(None)
    assert "\n" not in str(caught.value)


def test_operators_are_nobody_or_each_named_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for each, shown in environment().items():
        monkeypatch.setenv(each, shown)
    monkeypatch.setenv("OPERATOR_KEYS", "")
    assert load_settings(None).operator_keys == ()
    monkeypatch.setenv("OPERATOR_KEYS", " olga:a-long-enough-key, omar:with:colons:inside:it ")
    pairs = [pair.get_secret_value() for pair in load_settings(None).operator_keys]
    assert pairs == ["olga:a-long-enough-key", "omar:with:colons:inside:it"]


def test_the_command_ends_with_one_line_and_status_2(tmp_path: Path) -> None:
    finished = run("serve", folder=tmp_path, STRIPE_WEBHOOK_SECRETS="")
    assert finished.returncode == 2
    assert finished.stderr == "paidthrough: STRIPE_WEBHOOK_SECRETS: is empty (see .env.example)\n"
    assert finished.stdout == ""
    assert list(tmp_path.iterdir()) == []
