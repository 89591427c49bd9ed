"""Runs in a process of its own: a phone by its class, told what to do line by line, in a world of another time.

The caller has put `mock_phone`, `mock_world` and what is installed on the path, and nothing else of the project.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any

from mock_phone import Phone, create_app
from mock_world import Refusal, WorldSpec
from mock_world.server import Site

ELSEWHERE = datetime(2031, 1, 1, tzinfo=UTC)


def does(phone: Phone, deed: str, given: dict[str, Any]) -> Any:
    """What a method answers, or which refusal it raises."""
    if "image" in given:
        given["image"] = bytes.fromhex(given["image"])
    try:
        answer = getattr(phone, deed)(**given)
    except Refusal as refusal:
        return {"refused": refusal.code}
    if isinstance(answer, list):
        return [item.model_dump(mode="json") for item in answer]
    return answer if isinstance(answer, str | dict) else None


def main() -> None:
    with Site({"phone": create_app()}) as site:
        world = site.worlds.create(spec=WorldSpec(now=ELSEWHERE, frozen=True))
        phone = Phone.create(world, installed=True)
        for line in sys.stdin:
            deed, given = json.loads(line)
            print(json.dumps(does(phone, deed, given)), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
