"""Start everything, play the story, and leave it running with links to click and a clock to turn."""

import secrets
import shutil
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from rich.console import Console

from app.demo import story_of_money
from app.demo.host import Host
from app.demo.narration import Narrator
from app.demo.processes import free_port, running
from app.demo.stage import DAY, DemoCustomer, Stage
from app.demo.story import play
from app.demo.stripe_desk import API_VERSION, StripeDesk
from app.errors import PaidthroughError

FOLDER = Path(".demo")
SANDBOX_PORT, SERVICE_PORT = 12111, 8000
HOST_KEY = "demo_host_key"
OPERATOR_KEY = "demo_operator_key"


def demo(*, leave: bool) -> int:
    """The exit status: 0 only if every expectation held. `leave` ends after the story."""
    narrator = Narrator(Console(highlight=False))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with ExitStack() as running_parts:
        stage = _set_up(narrator, running_parts)
        narrator.say("A subscription's life, in months that pass in a minute. Each ✓ is what really came back.")
        begins = int(datetime.now(UTC).replace(minute=0, second=0, microsecond=0).timestamp())
        play(stage, begins=begins)
        story_of_money.play(stage, begins=begins)
        _sum_up(narrator)
        if not leave:
            narrator.console.print("\nBob has subscribed too:")
            bob = stage.customer("bob", at=begins)
            bob.sign_up()
            stage.expect("bob", entitled=True, reason="active")
            _stay(stage, bob, at=begins)
    return 1 if narrator.failures else 0


def _set_up(narrator: Narrator, parts: ExitStack) -> Stage:
    sandbox_port, service_port = free_port(SANDBOX_PORT), free_port(SERVICE_PORT)
    sandbox, service = f"http://127.0.0.1:{sandbox_port}", f"http://127.0.0.1:{service_port}"
    narrator.console.print("Starting a small Stripe, the service and its jobs …", style="dim")
    log = FOLDER / "sandbox.log"
    parts.enter_context(
        running("sandbox", "sandbox", "--port", str(sandbox_port), log=log, ready=f"{sandbox}/sandbox/state")
    )
    desk = StripeDesk(sandbox)
    endpoint = desk.post(
        "/v1/webhook_endpoints",
        url=f"{service}/webhooks/stripe",
        enabled_events=["*"],
        api_version=API_VERSION,
    )
    env = _environment(sandbox, service, service_port, endpoint["secret"])
    parts.enter_context(running("service", "serve", log=FOLDER / "service.log", ready=f"{service}/readyz", env=env))
    product = desk.post("/v1/products", name="Studio")["id"]
    every = {"interval": "month"}
    price = desk.post("/v1/prices", product=product, unit_amount=2000, currency="usd", recurring=every)["id"]
    return Stage(desk=desk, host=Host(service, HOST_KEY), narrator=narrator, price=price, service=service)


def _environment(sandbox: str, service: str, port: int, webhook_secret: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{(FOLDER / 'paidthrough.sqlite3').resolve()}",
        "STRIPE_API_KEY": "sk_test_demo",
        "STRIPE_WEBHOOK_SECRETS": webhook_secret,
        "STRIPE_API_BASE": sandbox,
        "API_KEYS": HOST_KEY,
        "SECRET_KEY": secrets.token_hex(),
        "PUBLIC_URL": service,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "RENEWAL_GRACE_HOURS": "72",
        "ORDER_ID_SINGLE_PAYMENT": "true",
        "OPERATOR_KEYS": f"olga:{OPERATOR_KEY}",
    }


def _sum_up(narrator: Narrator) -> None:
    narrator.console.print()
    held = narrator.expectations - len(narrator.failures)
    style = "bold red" if narrator.failures else "bold green"
    narrator.console.print(f"{held} of {narrator.expectations} expectations held.", style=style)


def _stay(stage: Stage, bob: DemoCustomer, *, at: int) -> None:
    """Everything runs on; without a terminal to ask, until it is interrupted."""
    console, service = stage.narrator.console, stage.service
    console.print("\nEverything is still running:")
    stage.narrator.links(
        ("Bob's account page", stage.host.account_link("bob")),
        ("Cleo's, with her claims", stage.host.account_link("cleo")),
        (f"Support console, key {OPERATOR_KEY}", f"{service}/operator"),
        ("Refund policy", f"{service}/refund-policy"),
        ("API description", f"{service}/openapi.json"),
        ("Metrics", f"{service}/metrics"),
        ("Logs and database", f"{FOLDER}/"),
    )
    console.print(f"\n   curl -H 'Authorization: Bearer {HOST_KEY}' {service}/v1/access/bob", soft_wrap=True)
    try:
        if sys.stdin.isatty():
            _turn_the_clock(stage, bob, at)
        else:
            console.print("\nStop it with Ctrl-C.")
            Event().wait()
    except KeyboardInterrupt:
        console.print()


def _turn_the_clock(stage: Stage, bob: DemoCustomer, at: int) -> None:
    console = stage.narrator.console
    console.print(
        "\nEnter a number of days to advance Bob's clock (at most 60), [bold]l[/] for a new link, [bold]q[/] to stop."
    )
    while (said := console.input("> ").strip().lower()) != "q":
        if said == "l":
            stage.narrator.links(("Bob's account page", stage.host.account_link("bob")))
        elif said.isdigit() and 0 < int(said) <= 60:
            at += int(said) * DAY
            _advance(stage, bob, at)
        else:
            console.print("A number from 1 to 60, l or q.")


def _advance(stage: Stage, bob: DemoCustomer, at: int) -> None:
    try:
        bob.until(at)
    except PaidthroughError as error:
        stage.narrator.say(str(error))
        return
    stage.narrator.say(f"It is {datetime.fromtimestamp(at, UTC):%-d %B %Y, %H:%M UTC} for Bob.")
    got = stage.host.access("bob")
    stage.narrator.answer("bob", got, as_expected=True, expected="")
