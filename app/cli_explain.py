"""Prints why a user has access or not: tables on a terminal, plain lines where the output is piped."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.billing.explain import Explanation, Happening
from app.policy.access import Access
from app.policy.access_facts import AccessFacts, InvoiceFacts, ItemFacts

NOTHING = "-"
PRODUCT_COLUMNS = ("product", "subscription", "access", "until", "paid through", "renews", "reason")
FACT_COLUMNS = ("subscription", "what", "says")
JOURNAL_COLUMNS = ("happened", "transition", "product", "subscription", "recorded", "cause")


def show(explanation: Explanation, console: Console | None = None) -> None:
    out = console or Console(highlight=False, soft_wrap=True)
    out.print(f"[bold]{escape(explanation.uid)}[/] at {_time(explanation.at)}")
    for subscription, frozen in explanation.clocks.items():
        out.print(f"{escape(subscription)} is on a test clock, and there it is {_time(frozen)}.")
    out.print(f"By all that is known now: {_answer(explanation.now_known)}")
    then = explanation.then_given
    out.print(f"By what was known then:   {_answer(then) if then else 'nothing was known'}")
    _print(out, "Products", PRODUCT_COLUMNS, _products(explanation.now_known))
    _print(out, "Facts", FACT_COLUMNS, _facts(explanation.facts))
    _print(out, "Journal", JOURNAL_COLUMNS, map(_happening, explanation.journal))


def _print(out: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    found = list(rows)
    if not found:
        out.print(f"{title}: none")
    elif out.is_terminal:
        table = Table(title=title, title_justify="left")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in found:
            table.add_row(*map(escape, row))
        out.print(table)
    else:  # past the console, which would turn the tabs into spaces
        print(f"{title}: {', '.join(columns)}", *("  " + "\t".join(row) for row in found), sep="\n", file=out.file)


def _answer(access: Access) -> str:
    what = "[green]access[/green]" if access.entitled else "[red]no access[/red]"
    return f"{what}, {access.reason.value}, until {_time(access.until)}"


def _products(access: Access) -> Iterable[Sequence[str]]:
    for each in access.products:
        yield (
            each.product,
            each.subscription,
            "yes" if each.entitled else "no",
            _time(each.until),
            _time(each.paid_through),
            _time(each.renews_at),
            each.reason.value,
        )


def _facts(facts: Iterable[AccessFacts]) -> Iterable[Sequence[str]]:
    for each in facts:
        subscription = each.subscription
        ends = [
            f"{name} {_time(at)}"
            for name, at in (
                ("trial until", subscription.trial_end),
                ("cancels at", subscription.cancel_at),
                ("ended at", subscription.ended_at),
                ("held until", each.held_until),
            )
            if at is not None
        ]
        if subscription.cancel_at_period_end:
            ends.append("cancels at the period's end")
        yield subscription.subscription, "status", ", ".join([subscription.status, *ends])
        yield from ((subscription.subscription, "item", _item(item)) for item in subscription.items)
        yield from ((subscription.subscription, "invoice", _invoice(invoice)) for invoice in each.invoices)
        if each.standing.standing != "good":
            yield subscription.subscription, "standing", f"{each.standing.standing} {_time(each.standing.decided_at)}"


def _item(item: ItemFacts) -> str:
    return f"{item.item}: {item.product}, {item.price}, {_time(item.period_start)} to {_time(item.period_end)}"


def _invoice(invoice: InvoiceFacts) -> str:
    paid = f", paid {_time(invoice.paid_at)}" if invoice.paid_at else ""
    gone = ", its money left" if invoice.money_left_back else ""
    return f"{invoice.invoice}: {invoice.status}, {invoice.billing_reason or 'no billing reason'}{paid}{gone}"


def _happening(line: Happening) -> Sequence[str]:
    return (
        _time(line.happened_at),
        line.transition,
        line.product,
        line.subscription,
        _time(line.recorded_at),
        line.cause,
    )


def _time(instant: datetime | None) -> str:
    return NOTHING if instant is None else f"{instant:%Y-%m-%d %H:%M:%S} UTC"
