"""What a database's error may say: which rule was broken, and never the values of a row, which are customers' data."""

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

QUOTES_VALUES = "22"
"""The class of errors about values that could not be read: their first line quotes them."""


def keep_discreet(engine: Engine) -> None:
    """Take the values out of each error before anybody can write it down."""

    @event.listens_for(engine, "handle_error")
    def told(context: ExceptionContext) -> None:
        before = str(context.original_exception)
        without_values(context.original_exception)
        ours = context.sqlalchemy_exception
        if ours is not None:
            first, *others = ours.args
            ours.args = (str(first).replace(before, str(context.original_exception)), *others)


def without_values(error: BaseException) -> None:
    """PostgreSQL adds the whole row (DETAIL), and where it was (CONTEXT)."""
    if isinstance(error, psycopg.Error) and (state := error.diag.sqlstate):
        quotes = state.startswith(QUOTES_VALUES)
        error.args = (type(error).__name__ if quotes else error.diag.message_primary or type(error).__name__,)
