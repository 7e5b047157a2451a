"""Check a patient in with a BHYT card: domain, storage, scanning and command line."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent  # of the checkout
