"""A share of the campaign of rough requests and events; `make soak` has the whole."""

from benchmarks.soak_routes import routes


def test_rough_requests_and_events_break_nothing_and_change_nothing_for_strangers() -> None:
    came = routes(150, seed=18)
    assert came.found == []
    assert {200, 401, 403, 404} <= set(came.statuses)
    assert came.messages["run"]
