"""The routes of the page "trợ giúp", each tab's own collected."""

from starlette.routing import Route


def help_routes() -> list[Route]:
    """Return the routes of the page."""
    return []
