"""What operations says on the terminal."""

from verification.basics.texts import Texts

TEXTS = Texts("verification.operations")
