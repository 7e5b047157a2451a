"""The HTTP routes beside the pages, each room's own collected."""

from starlette.routing import Route

from app_pages.admin_routes import admin_routes
from app_pages.desk_routes import desk_routes
from app_pages.guarded import server_routes
from app_pages.guest import guest_routes
from app_pages.login import login_routes
from app_pages.what_if_routes import what_if_routes


def routes() -> list[Route]:
    """Return the routes."""
    return [
        *server_routes(),
        *what_if_routes(),
        *admin_routes(),
        *desk_routes(),
        *guest_routes(),
        *login_routes(),
    ]
