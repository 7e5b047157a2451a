"""A real house that has not said where backups and heads go is told so at each start."""

from __future__ import annotations

from verification.operations.settings import read_settings
from verification.operations.unsaid import unsaid


def test_a_real_house_is_asked_for_what_it_has_not_said_and_off_is_an_answer() -> None:
    real = {"KIOSK_FACILITY": "01C34"}
    told = [text.vi for text in unsaid(read_settings(real))]
    assert ["KIOSK_BACKUP=/" in told[0], "KIOSK_HEAD_SINK=/" in told[1]] == [True, True]
    said = real | {"KIOSK_BACKUP": " Off "}
    assert [text.en for text in unsaid(read_settings(said))] == [
        text.en for text in unsaid(read_settings(real))[1:]
    ]
    settings = read_settings(said | {"KIOSK_HEAD_SINK": "OFF"})
    assert (unsaid(settings), settings.backup, settings.head_sink) == ([], None, None)
    assert unsaid(read_settings({})) == []
