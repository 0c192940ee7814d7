"""The answers about a subscription, kept beside the facts that they were computed from.

They count only while their stamp fits: made from these facts, with this grace, by these rules. Otherwise the answers
are computed from the facts, so nobody has to remember to throw them away.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from hashlib import blake2b
from importlib.resources import files

import orjson

from app.policy.access_answers import ItemAnswers, answers_of, decode_answers, encode_answers
from app.policy.access_codec import decode
from app.policy.access_timeline import ItemTimeline, timelines


def _digest(*parts: bytes) -> str:
    return blake2b(b"\0".join(parts), digest_size=12).hexdigest()


_SOURCES = sorted((each for each in files("app.policy").iterdir() if each.name.endswith(".py")), key=lambda it: it.name)
RULES = _digest(*(source.read_bytes() for source in _SOURCES)).encode()
"""Another release may answer differently from the same facts."""


def remember(facts: str, items: Iterable[ItemTimeline], *, grace: timedelta) -> str:
    """The text to keep beside `facts`, an encoding of what `items` were computed from."""
    return orjson.dumps([stamp(facts, grace), encode_answers(items)]).decode()


def recall(facts: str, kept: str | None, *, grace: timedelta) -> list[ItemAnswers]:
    """From what was kept, if that still holds."""
    if kept is not None:
        made_from, encoded = orjson.loads(kept)
        if made_from == stamp(facts, grace):
            return decode_answers(encoded)
    return [answers_of(timeline) for timeline in timelines(decode(orjson.loads(facts)), grace=grace)]


def stamp(facts: str, grace: timedelta) -> str:
    """What the kept answers were made from."""
    return _digest(_with_grace(RULES, grace), facts.encode())


@cache
def _with_grace(rules: bytes, grace: timedelta) -> bytes:
    return b"\0".join((rules, str(grace.total_seconds()).encode()))
