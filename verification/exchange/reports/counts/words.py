"""Codes of the log in the words of the reports; one that this version does not know as itself."""

from functools import cache

from verification.basics.texts import Text, Texts, read

TEXTS = Texts(
    "verification.exchange.reports.counts", "verification.card", "verification.rules.misuse"
)
NONE = Text("–", "–")


def code_text(group: str, code: str) -> Text:
    """Return what a code of a group is called."""
    return TEXTS.get(f"{group}.{code}") or (Text(code, code) if code else NONE)


def reason_text(code: str) -> Text:
    """Return what a headline reason is called, as a cell begins."""
    found = code_text("reason", code)
    return Text(*(words[:1].upper() + words[1:] for words in (found.vi, found.en)))


def rule_text(rule: str) -> Text:
    """Return what a rule of misuse is called, its number first."""
    found = code_text("rule", rule)
    return found if found.vi == rule else Text(f"{rule} {found.vi}", f"{rule} {found.en}")


def guide_text(key: str) -> Text:
    """Return what a guide to install VssID is called."""
    return _guides().get(key) or code_text("guide", key)


@cache
def _guides() -> dict[str, Text]:
    # data of the room above, which no report waits for: a guide that is gone is called by its key
    found = read("verification.reception.guide", "guide.toml").get("guides", {})
    return {key: Text.of(guide["title"]) for key, guide in found.items()}
