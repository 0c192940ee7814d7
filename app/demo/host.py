"""The host application: it asks who may come in, and sends its customers to their account page."""

from html.parser import HTMLParser
from typing import Any

import requests

Json = dict[str, Any]
RETURN_URL = "https://studio.example/settings"


class Host:
    """Calls with the host's key to the service at `base`."""

    def __init__(self, base: str, key: str) -> None:
        self._base = base
        self._headers = {"Authorization": f"Bearer {key}"}

    def access(self, uid: str) -> Json:
        answer = requests.get(f"{self._base}/v1/access/{uid}", headers=self._headers, timeout=10)
        answer.raise_for_status()
        body: Json = answer.json()
        return body

    def file_claim(self, uid: str, reason: str, order_number: str) -> Json:
        """By support, on the customer's behalf."""
        told = {"uid": uid, "reason": reason, "actor": "support", "order_number": order_number}
        answer = requests.post(f"{self._base}/v1/claims", json=told, headers=self._headers, timeout=30)
        answer.raise_for_status()
        body: Json = answer.json()
        return body

    def claim(self, claim: str) -> Json:
        answer = requests.get(f"{self._base}/v1/claims/{claim}", headers=self._headers, timeout=10)
        answer.raise_for_status()
        body: Json = answer.json()
        return body

    def metrics(self) -> str:
        return requests.get(f"{self._base}/metrics", timeout=10).text

    def account_link(self, uid: str) -> str:
        wanted = {"uid": uid, "return_url": RETURN_URL}
        answer = requests.post(f"{self._base}/v1/account_sessions", json=wanted, headers=self._headers, timeout=10)
        answer.raise_for_status()
        return str(answer.json()["url"])


class Browser:
    """A customer's browser without JavaScript: it opens pages and presses the only button there is."""

    def __init__(self) -> None:
        self._session = requests.Session()

    def enter(self, link: str) -> None:
        self.press(link)

    def press(self, page: str) -> None:
        """Open a page and submit its last form with the hidden fields that it came with."""
        shown = self._session.get(page, timeout=10)
        shown.raise_for_status()
        form = _Forms.last(shown.text)
        answer = self._session.post(page, data=form, headers={"Referer": page}, timeout=30)
        answer.raise_for_status()


class _Forms(HTMLParser):
    """Collects the hidden fields of the last form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    @classmethod
    def last(cls, page: str) -> dict[str, str]:
        parser = cls()
        parser.feed(page)
        return parser.fields

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.fields = {}
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[given["name"] or ""] = given.get("value") or ""
