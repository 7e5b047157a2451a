"""The route by which check-in records leave the house as a file."""

from datetime import date

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app_pages.admin.records import asked_for, record_file
from app_pages.server.guarded import refusal
from app_pages.server.house import current
from verification.basics.errors import RequestError
from verification.rights import Right, may


async def _records(request: Request) -> Response:
    """Answer with the check-in records of a day as a file, to a ticket and once."""
    actor, house = request.scope["actor"], current()
    if not may(actor, Right.CHANGE_HOUSE):
        path = request.url.path
        await to_thread.run_sync(house.kiosk.note_refused, actor, path, Right.CHANGE_HOUSE)
        return refusal(403, "không có quyền")
    try:
        day = date.fromisoformat(request.query_params.get("ngay", ""))
    except ValueError:
        return refusal(404, "không có tệp này")
    digest = house.signer.session(request.cookies) or ""
    if not house.tickets.take(digest, request.query_params.get("phieu", ""), asked_for(day)):
        return refusal(403, "hãy nhập mật khẩu ở trang Quản trị rồi lấy tệp")
    try:
        made = await to_thread.run_sync(record_file, house, actor, day)
    except RequestError as error:
        return refusal(404, error.vi)
    headers = {"content-disposition": f'attachment; filename="check-in-{day.isoformat()}.xml"'}
    return Response(made, media_type="application/octet-stream", headers=headers)


def record_routes() -> list[Route]:
    """Return the routes of the records."""
    return [Route("/kiosk/check-in.xml", _records)]
