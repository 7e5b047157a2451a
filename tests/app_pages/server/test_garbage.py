"""What is loaded is not looked through again and again, and is let go of in the end."""

from __future__ import annotations

import gc

from app_pages.server.garbage import looked_for_among_the_new


def test_what_was_there_is_left_out_and_what_comes_is_looked_through() -> None:
    before, frozen = [object()], gc.get_freeze_count()
    with looked_for_among_the_new():
        after: list[object] = []
        after.append(after)
        seen = {id(one) for one in gc.get_objects()}
        assert id(before) not in seen
        assert id(after) in seen
        assert gc.get_freeze_count() > frozen
    assert id(before) in {id(one) for one in gc.get_objects()}
    gc.freeze()  # as the run of the tests had it
