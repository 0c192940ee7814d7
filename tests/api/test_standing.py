"""`PUT /v1/standing/<uid>`: who decided what about whom, and what is refused."""

from typing import Any
from urllib.parse import quote

import pytest

from app.db.standing import standing_of
from app.db.standing_decision import Decided, decisions_about
from app.policy.standing import Standing
from tests.support.product import ask_access
from tests.support.stage import Stage
from tests.support.standing import WHY, decide, put

SUSPEND = WHY | {"standing": "suspended"}


def test_a_decision_is_recorded_with_who_when_and_why(acted: Stage) -> None:
    answer = decide(acted, "ann", "suspended")
    (kept,) = decisions(acted, "ann")
    assert (kept.standing, kept.reason, kept.actor, kept.annuls) == ("suspended", *WHY.values(), None)
    assert (
        answer
        == {
            "uid": "ann",
            "standing": "suspended",
            "decision": kept.id,
            "annuls": None,
            "decided_at": "2026-10-23T06:00:30Z",
            "subscriptions": [],
        }
        | WHY
    )


def test_the_same_decision_again_changes_nothing(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    first = decide(acted, "ann", "suspended")
    acted.world.requests.clear()
    again = decide(acted, "ann", "suspended")
    assert again == first | {"subscriptions": []}
    assert [each["subscription"] for each in first["subscriptions"]] == [subscription]
    assert len(decisions(acted, "ann")) == 1
    assert not acted.world.requests


def test_other_reasons_are_on_record_too_and_access_ended_with_the_first(acted: Stage) -> None:
    acted.subscribe("ann")
    decide(acted, "ann", "suspended")
    decide(acted, "ann", "suspended", reason="fraud")
    assert [each.reason for each in decisions(acted, "ann")] == ["spam", "fraud"]
    assert ask_access(acted.browser(), "ann")["until"] == "2026-10-23T06:00:30Z"


def test_good_standing_of_somebody_never_judged_is_no_decision(acted: Stage) -> None:
    answer = decide(acted, "ann", "good")
    assert (answer["standing"], answer["decision"], answer["decided_at"]) == ("good", None, None)
    assert decisions(acted, "ann") == []


@pytest.mark.parametrize("uid", ["a/b//c", "ann@studio.example", "名 前", "100%"])
def test_any_uid_can_be_judged(acted: Stage, uid: str) -> None:
    assert put(acted, quote(uid, safe=""), SUSPEND).get_json()["uid"] == uid
    with acted.context.db.read() as tx:
        assert standing_of(tx, uid) is Standing.SUSPENDED


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"\xff", "body"),
        (b"null", "body"),
        (WHY, "standing"),
        (SUSPEND | {"standing": "banned"}, "standing"),
        (SUSPEND | {"standing": None}, "standing"),
        (SUSPEND | {"reason": ""}, "reason"),
        (SUSPEND | {"reason": "x" * 2001}, "reason"),
        (SUSPEND | {"actor": "a\0b"}, "actor"),
        (SUSPEND | {"uid": "bob"}, "uid"),
        (SUSPEND | {"annul": True}, "body"),
        (SUSPEND | {"standing": "good", "annul": "yes"}, "annul"),
    ],
)
def test_bad_input_is_named_and_nothing_is_decided(acted: Stage, body: Any, names: str) -> None:
    refused = put(acted, "ann", body)
    error = refused.get_json()["error"]
    assert (refused.status_code, error["type"]) == (400, "invalid_request")
    assert error["message"].startswith(f"{names}: ") or (names == "body" and "JSON" in error["message"])
    assert decisions(acted, "ann") == []


@pytest.mark.parametrize("uid", ["a%00b", "x" * 501])
def test_a_uid_that_cannot_be(acted: Stage, uid: str) -> None:
    refused = put(acted, uid, SUSPEND)
    assert refused.status_code == 400
    assert refused.get_json()["error"]["message"].startswith("uid: ")


def test_nothing_to_annul_is_a_conflict(acted: Stage) -> None:
    refused = put(acted, "ann", WHY | {"standing": "good", "annul": True})
    assert (refused.status_code, refused.get_json()["error"]["type"]) == (409, "conflict")
    assert decisions(acted, "ann") == []


def test_only_with_a_key(acted: Stage) -> None:
    refused = acted.browser().put("/v1/standing/ann", json=SUSPEND)
    assert refused.status_code == 401
    assert acted.browser().post("/v1/standing/ann", json=SUSPEND).status_code == 405
    assert decisions(acted, "ann") == []


def decisions(acted: Stage, uid: str) -> list[Decided]:
    with acted.context.db.read() as tx:
        return decisions_about(tx, uid)
