"""Ids in Stripe's form, the same for the same seed."""

import random
import string
from typing import Final

# prefix -> (what stands before the random part, how many random characters)
_FORMS: Final = {
    "cus": ("cus_", 14),
    "prod": ("prod_", 14),
    "pi": ("pi_3", 23),
    "ch": ("ch_3", 23),
    "txn": ("txn_3", 23),
    "si": ("si_", 14),
    "req": ("req_", 14),
    "whsec": ("whsec_", 32),
    "secret": ("", 25),
    "cs_test": ("cs_test_a1", 56),
    "cs_live": ("cs_live_a1", 56),
}
_LETTERS: Final = string.ascii_letters + string.digits


class Ids:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def new(self, prefix: str) -> str:
        start, length = _FORMS.get(prefix, (f"{prefix}_1", 23))
        return start + "".join(self._random.choices(_LETTERS, k=length))

    def digits(self, count: int) -> str:
        return "".join(self._random.choices(string.digits, k=count))

    def capitals(self, count: int) -> str:
        return "".join(self._random.choices(string.ascii_uppercase + string.digits, k=count))
