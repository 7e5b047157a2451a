"""The routes of the page "quản trị": what leaves the house as a file, and lists that come in."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from app_pages.admin.accounts import FORMS, asked_for, export_file
from app_pages.admin.history import rejects_asked, rejects_file
from app_pages.admin.person import FORMS as PERSON_FORMS
from app_pages.admin.person import asked_for as of_person
from app_pages.admin.person import person_file
from app_pages.admin.record_routes import record_routes
from app_pages.admin.uploads import upload_routes
from app_pages.admin.who_saw import ADDRESS, asked_by, who_saw_file, window_of
from app_pages.server.guarded import refusal
from app_pages.server.house import current
from verification.rights import Right, may


async def _access(request: Request) -> Response:
    """Answer with the log of access as a file."""
    form, actor = request.path_params["form"], request.scope["actor"]
    days = request.query_params.get("ngay", "7")
    if not may(actor, Right.CHANGE_HOUSE):
        house, path = current(), request.url.path
        await to_thread.run_sync(house.kiosk.note_refused, actor, path, Right.CHANGE_HOUSE)
        return refusal(403, "không có quyền")
    if form not in FORMS or not (days.isascii() and days.isdigit() and len(days) < 5):  # noqa: PLR2004
        return refusal(404, "không có tệp này")
    house, ticket = current(), request.query_params.get("phieu", "")
    digest = house.signer.session(request.cookies) or ""
    if not house.tickets.take(digest, ticket, asked_for(int(days), form)):
        return refusal(403, "hãy nhập mật khẩu ở trang Quản trị rồi lấy tệp")
    made = await to_thread.run_sync(export_file, house, actor, int(days), form)
    headers = {"content-disposition": f'attachment; filename="truy-cap.{form}"'}
    return Response(made, media_type="application/octet-stream", headers=headers)


async def _who_saw(request: Request) -> Response:
    """Answer with who saw whom as a file."""
    form, actor, house = request.path_params["form"], request.scope["actor"], current()
    if not may(actor, Right.CHANGE_HOUSE):
        path = request.url.path
        await to_thread.run_sync(house.kiosk.note_refused, actor, path, Right.CHANGE_HOUSE)
        return refusal(403, "không có quyền")
    try:
        window = window_of(request.query_params)
    except ValueError:
        return refusal(404, "không có tệp này")
    ticket = request.query_params.get("phieu", "")
    digest, asked = house.signer.session(request.cookies) or "", f"{form} {asked_by(window)}"
    if form not in FORMS or not house.tickets.take(digest, ticket, asked):
        return refusal(403, "hãy nhập mật khẩu ở trang Quản trị rồi lấy tệp")
    made = await to_thread.run_sync(who_saw_file, house, actor, window, form)
    headers = {"content-disposition": f'attachment; filename="ai-xem-ai.{form}"'}
    return Response(made, media_type="application/octet-stream", headers=headers)


async def _rejects(request: Request) -> Response:
    """Answer with the refused rows of a list as a file."""
    number, actor = request.query_params.get("so", ""), request.scope["actor"]
    house = current()
    if not may(actor, Right.CHANGE_HOUSE):
        path = request.url.path
        await to_thread.run_sync(house.kiosk.note_refused, actor, path, Right.CHANGE_HOUSE)
        return refusal(403, "không có quyền")
    digest = house.signer.session(request.cookies) or ""
    ticket = request.query_params.get("phieu", "")
    if not house.tickets.take(digest, ticket, rejects_asked(number)):
        return refusal(403, "hãy nhập mật khẩu ở trang Quản trị rồi lấy tệp")
    file = await to_thread.run_sync(rejects_file, house, actor, number)
    if file is None:
        return refusal(404, "không có tệp này")
    headers = {"content-disposition": 'attachment; filename="dong-bi-tu-choi.csv"'}
    return FileResponse(file, media_type="application/octet-stream", headers=headers)


async def _person(request: Request) -> Response:
    """Answer with one person's data as a file."""
    form, actor = request.path_params["form"], request.scope["actor"]
    house, ref = current(), request.query_params.get("ma", "")
    if not may(actor, Right.CHANGE_HOUSE):
        path = request.url.path
        await to_thread.run_sync(house.kiosk.note_refused, actor, path, Right.CHANGE_HOUSE)
        return refusal(403, "không có quyền")
    if form not in PERSON_FORMS:
        return refusal(404, "không có tệp này")
    digest = house.signer.session(request.cookies) or ""
    if not house.tickets.take(digest, request.query_params.get("phieu", ""), of_person(ref, form)):
        return refusal(403, "hãy nhập mật khẩu ở trang Quản trị rồi lấy tệp")
    made = await to_thread.run_sync(person_file, house, actor, ref, form)
    headers = {"content-disposition": f'attachment; filename="du-lieu-ca-nhan.{form}"'}
    return Response(made, media_type="application/octet-stream", headers=headers)


def admin_routes() -> list[Route]:
    """Return the routes of the page."""
    return [
        Route("/kiosk/truy-cap.{form}", _access),
        Route(f"{ADDRESS}.{{form}}", _who_saw),
        Route("/kiosk/tu-choi.csv", _rejects),
        Route("/kiosk/nguoi.{form}", _person),
        *upload_routes(),
        *record_routes(),
    ]
