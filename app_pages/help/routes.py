"""The routes of the page "trợ giúp", each tab's own collected."""

from starlette.routing import Route

from app_pages.help.finder_routes import finder_routes
from app_pages.help.manual_routes import manual_routes
from app_pages.help.report_routes import report_routes


def help_routes() -> list[Route]:
    """Return the routes of the page."""
    return [*manual_routes(), *report_routes(), *finder_routes()]
