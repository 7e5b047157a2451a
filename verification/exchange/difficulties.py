"""What makes trouble at the desk, kept for the office's report, and help that was given."""

from verification.kiosk import Kiosk
from verification.log.content import noted
from verification.log.events import Event
from verification.log.help_events import Difficulty, HelpedToInstall
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs


@needs(Right.HELP)
def report_difficulty(actor: Actor, kiosk: Kiosk, category: str, text: str) -> Event:
    """Keep a difficulty of the desk for the report to the social-insurance office."""
    return write_alone(kiosk.written, actor, Difficulty(category), content=noted(text))


@needs(Right.HELP)
def helped_to_install(actor: Actor, kiosk: Kiosk) -> Event:
    """Count one patient who was helped to install VssID."""
    return write_alone(kiosk.written, actor, HelpedToInstall())
