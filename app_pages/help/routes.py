"""The routes of the page "trợ giúp", each tab's own collected."""

from starlette.routing import Route

from app_pages.help.finder_routes import finder_routes


def help_routes() -> list[Route]:
    """Return the routes of the page."""
    return [*finder_routes()]
