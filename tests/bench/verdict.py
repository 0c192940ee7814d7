"""Did the mirror and the answers end at the truth? Everything is compared, nothing sampled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import orjson
from sqlalchemy import select

from app.api.access import RFC_3339, access_body
from app.db.engine import Database
from app.db.tables import MIRRORED, table_of
from app.policy.access import Access
from tests.bench.expected import ExpectedAccess, Truth
from tests.support.product import API_KEY


@dataclass(frozen=True, kw_only=True)
class MirrorVerdict:
    objects: int
    wrong: int
    missing: int
    unresolved: int


@dataclass(frozen=True, kw_only=True)
class AccessVerdict:
    users: int
    wrong: int


def judge_mirror(database_url: str, truth: Truth) -> MirrorVerdict:
    db = Database(database_url)
    seen, wrong, unresolved = set(), 0, 0
    with db.read() as tx:
        for table in (table_of(model) for model in MIRRORED.values()):
            for object_id, body, resolved in tx.execute(select(table.c.id, table.c.body, table.c.resolved)):
                seen.add(object_id)
                wrong += orjson.loads(body) != truth.get(object_id)
                unresolved += not resolved
    db.close()
    return MirrorVerdict(objects=len(truth), wrong=wrong, missing=len(truth.keys() - seen), unresolved=unresolved)


def judge_access(port: int, expected: ExpectedAccess) -> AccessVerdict:
    """Ask the server about every user, and compare whole answers, each at the instant that it names."""
    wrong = 0
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    for uid in expected.facts:
        told = _ask(connection, uid)
        at = datetime.fromisoformat(told["as_of"])
        wrong += told != _rendered(uid, expected.at(uid, at), expected.product_names, at)
    connection.close()
    return AccessVerdict(users=len(expected.facts), wrong=wrong)


def _ask(connection: HTTPConnection, uid: str) -> dict[str, Any]:
    connection.request("GET", f"/v1/access/{quote(uid, safe='')}", headers={"Authorization": f"Bearer {API_KEY}"})
    found: dict[str, Any] = orjson.loads(connection.getresponse().read())
    return found


def _rendered(uid: str, answer: Access, product_names: Mapping[str, str], at: datetime) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(
        orjson.dumps(access_body(uid, answer, product_names, as_of=at), option=RFC_3339)
    )
    return body
