"""What axe finds on a page as it stands, as texts that name the page's state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

from tests.browser.running import at_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Found = set[tuple[str, str, str]]


def look(page: Page, name: str, found: Found, told: list[str]) -> None:
    """Note what axe finds on a page as it stands."""
    at_rest(page)
    for violation in Axe().run(page).response["violations"]:
        for node in violation["nodes"]:
            selector = re.sub(r"\.st-(emotion-cache-)?\w+", "", str(node["target"]))
            found.add((name, violation["id"], selector))
            told.append(f"{name}: {violation['id']} ({violation['impact']}) {selector}")
            told.append(f"    {node['html'][:300]}")
            told += [
                f"    {m['message'][:200]}" for m in [*node["any"], *node["all"], *node["none"]]
            ]


def findings(page: Page, name: str) -> list[str]:
    """Return what axe finds on a page as it stands; empty where it finds nothing."""
    told: list[str] = []
    look(page, name, set(), told)
    return told
