"""What people write into a claim, without what no database or reader could bear; markup stays text."""

from unicodedata import category, normalize

LONGEST_TEXT = 5000
LONGEST_NUMBER = 200
LONGEST_UID = 500
LINE_BREAKS = "\n\t"
JOINERS = "\u200c\u200d"  # scripts and emoji need them


def plain_text(text: str) -> str:
    """Controls, marks that turn the direction of reading, and halves of characters are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in LINE_BREAKS or _is_readable(each)).strip()[:LONGEST_TEXT]


def plain_number(number: str | None) -> str | None:
    """An order number as it was given, on one line."""
    readable = "".join(each for each in " ".join((number or "").split()) if _is_readable(each))
    return readable[:LONGEST_NUMBER].strip() or None


def spellings(number: str) -> tuple[str, ...]:
    """How else the number may have been meant: people copy it with a number sign or spaces, or in wide letters."""
    usual = normalize("NFKC", number)
    return tuple(dict.fromkeys((number, usual, usual.lstrip("# "), "".join(usual.split()).lstrip("#"))))


def plain_uid(uid: str) -> str | None:
    """The uid, if one can have it; it is never changed, since that would make it somebody else's."""
    return uid if uid and len(uid) <= LONGEST_UID and not any(_is_broken(each) for each in uid) else None


def _is_readable(character: str) -> bool:
    return character in JOINERS or not category(character).startswith("C")


def _is_broken(character: str) -> bool:
    return character == "\0" or category(character) == "Cs"
