"""Everything that is held about one user, as one document."""

from typing import Any

import orjson

from app.billing.context import Context
from app.db import personal_reads

JSON_COLUMNS = frozenset({"answers", "counted", "detail", "facts", "found", "proof", "seen"})
EVENT = ("id", "type", "object_kind", "object_id", "created", "received_at")


def export(context: Context, uid: str) -> dict[str, Any]:
    """`stripe` are our copies of its objects by kind, `events` what it told of them, `records` our own by table."""
    with context.db.read() as tx:
        held = personal_reads.held_about(tx, uid)
        stripe = {
            kind: [orjson.loads(row["body"]) for row in personal_reads.copies(tx, kind, ids)]
            for kind, ids in held.objects.items()
        }
        log = personal_reads.log_about(tx, held)
        records = personal_reads.own_records(tx, uid, held)
    return {
        "uid": uid,
        "exported_at": context.clock(),
        "stripe": stripe,
        "events": [{name: row[name] for name in EVENT} for row in log],
        "records": {table: [_readable(row) for row in rows] for table, rows in records.items()},
    }


def as_json(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _document(value) if name in JSON_COLUMNS else value for name, value in row.items()}


def _document(value: Any) -> Any:
    """`detail` is words in one table and a document in another."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
