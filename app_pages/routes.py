"""The HTTP routes beside the pages, each room's own collected."""

from starlette.routing import Route

from app_pages.admin import upload
from app_pages.admin.routes import admin_routes
from app_pages.api.described import described_pages
from app_pages.desk import component as desk
from app_pages.desk.copay_routes import copay_routes
from app_pages.desk.handover_routes import handover_routes
from app_pages.desk.portal_routes import portal_routes
from app_pages.desk.routes import desk_routes
from app_pages.desk.sheet_routes import sheet_routes
from app_pages.desk.shift_routes import shift_routes
from app_pages.entry.login import login_routes
from app_pages.guest.routes import guest_routes
from app_pages.help import finder_tab
from app_pages.help.routes import help_routes
from app_pages.review import component as case
from app_pages.server.guarded import server_routes
from app_pages.shell.fonts import font_routes
from app_pages.what_if.routes import what_if_routes

_SCRIPTS = (desk.SCRIPT, case.SCRIPT, finder_tab.SCRIPT, upload.SCRIPT)


def routes() -> list[Route]:
    """Return the routes."""
    return [
        *server_routes(),
        *what_if_routes(),
        *admin_routes(),
        *described_pages(),
        *desk_routes(),
        *portal_routes(),
        *copay_routes(),
        *sheet_routes(),
        *shift_routes(),
        *handover_routes(),
        *guest_routes(),
        *help_routes(),
        *login_routes(),
        *font_routes(),
        *(script.kept.route() for script in _SCRIPTS),
    ]
