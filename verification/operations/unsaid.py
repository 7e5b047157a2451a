"""What a real house has not said yet: where its backups and the heads of its log go."""

from collections.abc import Sequence

from verification.basics.texts import Text
from verification.operations.settings import Settings
from verification.operations.texts import TEXTS


def unsaid(settings: Settings) -> Sequence[Text]:
    """Return a sentence with the line to add, for each that is not answered; `off` is an answer.

    Args:
        settings: Of the installation; a house for trying out is not asked.
    """
    return [TEXTS(f"unsaid.{name}") for name in settings.unsaid] if settings.real else []
