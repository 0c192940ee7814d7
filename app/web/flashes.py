"""What the next page says, once: kept in the cookie, which a browser drops when it is too large."""

from collections.abc import Sequence

from flask import flash, session

from app.billing.claim_evidence import RefusedFile

MOST_LETTERS = 1200
"""Of all that waits to be said. Each may take twelve bytes in a cookie before it is packed, and 4096 is the end."""

MOST_NAMED = 3
LONGEST_NAME = 40


def say(words: str, tone: str) -> None:
    """What was to be said before gives way if both are too much: nobody has looked for long."""
    flash(words, tone)
    waiting = session["_flashes"]
    while len(waiting) > 1 and sum(len(text) for _, text in waiting) > MOST_LETTERS:
        waiting = waiting[1:]
    session["_flashes"] = waiting


def say_refused(files: Sequence[RefusedFile], *, then: str = "") -> None:
    """The first of them by name; a form can bring any number."""
    for file in files[:MOST_NAMED]:
        say(" ".join(filter(None, (f"{_short(file.name)} was not added.", file.sentence, then))), "alert")
    others = len(files) - MOST_NAMED
    if others > 0:
        say(f"{others} other {'file was' if others == 1 else 'files were'} not added either.", "alert")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
