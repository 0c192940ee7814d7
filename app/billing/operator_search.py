"""Finds what an operator was given: a claim, a charge, an invoice number, a customer or a user."""

from dataclasses import dataclass

from app.billing.claim_words import plain_number, plain_uid, spellings
from app.billing.context import Context
from app.db.charge_owner import charge_with_owner
from app.db.claim import claim_by_id
from app.db.engine import Tx
from app.db.number_search import is_known_user, owners_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One of them; `users` are several where a number leads to more than one."""

    claim: str | None = None
    charge: str | None = None
    users: tuple[str, ...] = ()


def find(context: Context, words: str) -> Found:
    with context.db.read() as tx:
        return _find(tx, words.strip())


def _find(tx: Tx, words: str) -> Found:
    if plain_uid(words) and is_known_user(tx, words):
        return Found(users=(words,))
    number = plain_number(words)
    if number is None:
        return Found()
    if claim := claim_by_id(tx, number):
        return Found(claim=claim.id)
    if charge := charge_with_owner(tx, number):
        return Found(charge=charge.charge)
    return Found(users=tuple(owners_of(tx, spellings(number))))
