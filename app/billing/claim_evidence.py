"""Evidence for a claim: a file is known by its content, and shown only to its owner and to operators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from unicodedata import category
from uuid import uuid4

from app.billing.context import Context
from app.db import evidence
from app.db.claim import ClaimRow
from app.db.engine import Tx
from app.db.evidence import Evidence, EvidenceRow

LARGEST_FILE = 5 * 1024 * 1024
MOST_FILES = 5
MOST_A_DAY = 50 * 1024 * 1024
"""Of one user, by the same sender, in all claims."""

LONGEST_NAME = 120
NOTHING_IN_IT_ACTS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


class FileRefusal(StrEnum):
    """Why a file was not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_PICTURE_OR_PDF = "not_a_picture_or_pdf"
    TOO_MANY_FILES = "too_many_files"
    TOO_MUCH_TODAY = "too_much_today"


REFUSAL_SENTENCES = {
    FileRefusal.EMPTY: "The file is empty.",
    FileRefusal.TOO_LARGE: "The file is larger than 5 MB.",
    FileRefusal.NOT_A_PICTURE_OR_PDF: "The file is not a PNG, JPEG or WebP picture and not a PDF.",
    FileRefusal.TOO_MANY_FILES: "A claim takes at most 5 files.",
    FileRefusal.TOO_MUCH_TODAY: "You have sent more than 50 MB today. Send it tomorrow, or write to support.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file as it came; neither its name nor the type that the sender declared is believed."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedFile:
    name: str
    why: FileRefusal

    @property
    def sentence(self) -> str:
        return REFUSAL_SENTENCES[self.why]


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceFile:
    """A file to serve with exactly these headers: it is saved, never shown inside a page of ours."""

    row: EvidenceRow
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        ending = _ENDINGS[self.row.content_type]
        return {
            "Content-Type": self.row.content_type,
            "Content-Disposition": f'attachment; filename="{self.row.id}.{ending}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": NOTHING_IN_IT_ACTS,
            "Cache-Control": "private, no-store",
        }


def add_files(
    tx: Tx, claim: ClaimRow, uploads: Iterable[Upload], *, actor: str, now: datetime
) -> tuple[list[str], list[RefusedFile]]:
    """The ids of the files that were kept, and the others; the same file twice in one claim is kept once."""
    kept: list[str] = []
    refused: list[RefusedFile] = []
    held = evidence.count_evidence(tx, claim.id)
    room = MOST_A_DAY - evidence.sent_since(tx, claim.uid, actor=actor, since=now - timedelta(days=1))
    for upload in uploads:
        row = _row(claim, upload, actor=actor, now=now)
        if isinstance(row, RefusedFile):
            refused.append(row)
        elif evidence.has_file(tx, claim.id, row.sha256):
            continue
        elif held + len(kept) >= MOST_FILES:
            refused.append(RefusedFile(name=row.name, why=FileRefusal.TOO_MANY_FILES))
        elif row.size > room:
            refused.append(RefusedFile(name=row.name, why=FileRefusal.TOO_MUCH_TODAY))
        else:
            room -= row.size
            evidence.add_evidence(tx, row)
            kept.append(row.id)
    return kept, refused


def evidence_file(
    context: Context, evidence_id: str, *, uid: str | None, operator: bool = False
) -> EvidenceFile | None:
    """None for a file that does not exist, was removed, or is somebody else's: nobody can tell the two apart."""
    with context.db.read() as tx:
        found = evidence.evidence_by_id(tx, evidence_id)
    if found is None or found[0].removed_at or not (operator or (uid is not None and found[0].uid == uid)):
        return None
    return EvidenceFile(row=found[0], content=found[1])


def true_type(content: bytes) -> str | None:
    """What the content begins like, if it is a type that we take."""
    if content.startswith(b"RIFF") and content[8:16] in (b"WEBPVP8 ", b"WEBPVP8L", b"WEBPVP8X"):
        return "image/webp"
    return next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), None)


def _row(claim: ClaimRow, upload: Upload, *, actor: str, now: datetime) -> Evidence | RefusedFile:
    name = plain_name(upload.name)
    kind = true_type(upload.content)
    if not upload.content:
        return RefusedFile(name=name, why=FileRefusal.EMPTY)
    if len(upload.content) > LARGEST_FILE:
        return RefusedFile(name=name, why=FileRefusal.TOO_LARGE)
    if kind is None:
        return RefusedFile(name=name, why=FileRefusal.NOT_A_PICTURE_OR_PDF)
    return Evidence(
        id=f"evidence_{uuid4().hex}",
        claim=claim.id,
        uid=claim.uid,
        name=name,
        content_type=kind,
        size=len(upload.content),
        sha256=sha256(upload.content).hexdigest(),
        content=upload.content,
        added_at=now,
        actor=actor,
    )


def plain_name(name: str) -> str:
    """The last part of what may be a path, without what could confuse a reader: controls and direction marks."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(character for character in last if not category(character).startswith("C")).strip()
    return plain[:LONGEST_NAME] or "file"


_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}
