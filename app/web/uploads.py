"""Files that customers send: read on the routes that take them, and never further than a file may be large."""

from io import BytesIO
from typing import IO

from flask import Request, request

from app.billing.claim_evidence import LARGEST_FILE, Upload

LARGEST_UPLOAD = 64 * 1024 * 1024
"""All files of one form. What is too large is read past, so that what was typed beside it is not lost."""


class Beginning(BytesIO):
    """Keeps the beginning of a file: enough to tell that it is too large."""

    def write(self, content: bytes) -> int:  # type: ignore[override]
        room = LARGEST_FILE + 1 - self.tell()
        super().write(content[: max(room, 0)])
        return len(content)


class PageRequest(Request):
    """Uploads are kept in memory, a bounded part of each."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return Beginning()


def take_files() -> None:
    """From here on this request may bring files; called before its form is read."""
    request.max_content_length = LARGEST_UPLOAD


def files_sent(name: str = "evidence") -> list[Upload]:
    """A field in which nothing was chosen comes as a file without a name."""
    sent = [file for file in request.files.getlist(name) if file.filename]
    return [Upload(name=file.filename or "", content=file.read()) for file in sent]
