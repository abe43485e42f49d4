"""What the demo asks of the local gifting platform: the part of the people at the other end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

API_VERSION = "2026-05"
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class Platform:
    """One running platform. token: of its public API."""

    base_url: str
    token: str

    def is_up(self) -> bool:
        try:
            return httpx2.get(f"{self.base_url}/_control/health", timeout=1.0).is_success
        except httpx2.TransportError:
            return False

    def control(self, path: str, **wishes: Any) -> Mapping[str, Any]:
        """POST /_control/<path>."""
        answer = httpx2.post(f"{self.base_url}/_control/{path}", json=wishes, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return dict(answer.json())

    def gifts(self, gift_campaign_id: str) -> list[dict[str, Any]]:
        """Every gift request of a campaign, by the public API."""
        found: list[dict[str, Any]] = []
        after = ""
        with httpx2.Client(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {self.token}", "AndOpen-API-Version": API_VERSION},
            timeout=TIMEOUT_SECONDS,
        ) as client:
            while True:
                wanted = {"campaign_id": gift_campaign_id} | ({"after": after} if after else {})
                page = client.get("/gift_requests", params=wanted).raise_for_status().json()
                found += page["data"]
                if not page["has_more"]:
                    return found
                after = page["data"][-1]["id"]
