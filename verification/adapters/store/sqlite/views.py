"""Views of `kiosk.db` for who reads it with another tool, such as Datasette.

They show codes alone: what names somebody is sealed. Columns are in Vietnamese, times are those of
Vietnam. Nothing of the kiosk reads them.

A view that was released is changed as a table is: by one more migration, which drops it and makes
it anew. Whoever drops or renames a table or a column that one reads drops that view before.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_VERDICT = {
    "eligible": "đủ điều kiện",
    "not_eligible": "không dùng được",
    "undetermined": "chưa xác định",
}
_SHOWN_BY = {
    "vssid": "VssID",
    "vneid": "VNeID",
    "cccd": "căn cước",
    "giay": "thẻ giấy",
    "go": "gõ số",
}
_PHOTO = {"chua": "chưa", "cccd": "căn cước", "vneid": "VNeID", "khac": "giấy tờ khác"}
_SHOWER = {"ban_than": "bản thân", "cha_me": "cha mẹ", "nguoi_nha": "người nhà"}
_UNDONE = {
    "nham_nguoi": "nhầm người",
    "quet_trung": "quét trùng",
    "benh_nhan_ve": "bệnh nhân về",
    "khac": "lý do khác",
}
_PORTAL = {
    "waiting": "chờ trả lời",
    "answered": "đã xác nhận",
    "rejected": "Cổng từ chối thẻ",
    "unknown_code": "mã lạ",
    "kept": "giữ lượt, có lý do",
    "silent": "không trả lời",
    "refused_us": "Cổng từ chối tài khoản",
}
_ERRAND = {
    "portal": "hỏi Cổng BHXH",
    "handover": "báo cho HIS",
    "record": "check-in gửi Cổng BHXH",
}
_LEVEL = {"info": "để biết", "review": "cần xem lại", "urgent": "khẩn"}


def _spelt(column: str, words: Mapping[str, str]) -> str:
    """Return the SQL of a code in words; a code that is not known stands as it is."""
    cases = " ".join(f"WHEN '{code}' THEN '{text}'" for code, text in words.items())
    return f"CASE {column} {cases} ELSE {column} END"


def _when(column: str) -> str:
    """Return the SQL of day, hour and what sorts by them, by the clock of Vietnam."""
    local = f"{column}, '+7 hours'"
    return (
        f"strftime('%d/%m/%Y', {local}) AS \"Ngày\", strftime('%H:%M:%S', {local}) AS \"Giờ\","
        f' datetime({local}) AS "Thời điểm"'
    )


def _code(name: str, codes: str = "log.codes") -> str:
    """Return the SQL of one of an event's codes; of a damaged row it is null."""
    return f"CASE WHEN json_valid({codes}) THEN json_extract({codes}, '$.{name}') END"


_SENT = """CASE WHEN record = 'sent' THEN 'đã gửi' WHEN record = 'waiting' THEN 'chờ gửi'
 ELSE record END"""

VIEWS = {
    "luot_tiep_nhan": f"""SELECT visit_id AS "Lượt", so_thu_tu AS "Số thứ tự",
 {_when("happened_at")}, desk AS "Quầy", officer AS "Nhân viên",
 {_spelt("verdict", _VERDICT)} AS "Kết quả", reason AS "Lý do (mã)", rate AS "Mức hưởng",
 ma_doituong_kcb AS "Mã đối tượng KCB", {_spelt("cach_trinh", _SHOWN_BY)} AS "Cách trình",
 {_spelt("nguoi_trinh", _SHOWER)} AS "Người trình",
 {_spelt("doi_chieu", _PHOTO)} AS "Đối chiếu ảnh",
 phong AS "Phòng", {_spelt("cancelled", _UNDONE)} AS "Đã hủy",
 {_spelt("portal", _PORTAL)} AS "Cổng BHXH", portal_code AS "Mã trả lời của Cổng",
 handed AS "Số bản tin cho HIS", {_SENT} AS "Hồ sơ check-in", record_code AS "Mã giao dịch",
 person_ref AS "Người (mã ngẫu nhiên)", presented AS "Sự kiện trình thẻ"
 FROM visit ORDER BY happened_at DESC, visit.rowid DESC""",
    "tong_theo_ngay": """SELECT strftime('%d/%m/%Y', day) AS "Ngày", desk AS "Quầy",
 count(*) AS "Số lượt", sum(cancelled IS NOT NULL) AS "Đã hủy",
 sum(cancelled IS NULL AND verdict IS 'eligible') AS "Đủ điều kiện",
 sum(cancelled IS NULL AND verdict IS 'not_eligible') AS "Không dùng được",
 sum(cancelled IS NULL AND verdict IS 'undetermined') AS "Chưa xác định",
 sum(cancelled IS NULL AND portal IS 'waiting') AS "Cổng BHXH chưa trả lời", day AS "Ngày (ISO)"
 FROM visit GROUP BY day, desk ORDER BY day DESC, desk""",
    "co_nghi_van": f"""SELECT {_when("log.recorded_at")}, log.desk AS "Quầy",
 json_extract(flag.value, '$.rule') AS "Luật",
 {_spelt("json_extract(flag.value, '$.level')", _LEVEL)} AS "Mức",
 json_extract(flag.value, '$.score') AS "Điểm",
 CASE json_extract(flag.value, '$.state') WHEN 'refuted' THEN 'không còn đúng' END AS "Ghi chú",
 {_code("visit")} AS "Lượt", log.person_ref AS "Người (mã ngẫu nhiên)",
 {_code("of")} AS "Sự kiện trình thẻ", log.desk || '-' || log.seq AS "Sự kiện"
 FROM log, json_each(CASE WHEN json_valid(log.codes) THEN log.codes ELSE '{{}}' END, '$.flags')
 AS flag WHERE log.kind = 'flagged' AND flag.type = 'object'
 ORDER BY log.recorded_at DESC, log.rowid DESC""",
    "ho_so_giam_dinh": f"""SELECT number AS "Hồ sơ",
 CASE closed WHEN 0 THEN 'đang mở' ELSE 'đã đóng' END AS "Tình trạng", {_when("opened_at")},
 (SELECT count(*) FROM case_event WHERE case_event.number = review_case.number)
 AS "Số việc đã ghi", subject AS "Về ai (mã ngẫu nhiên hoặc quầy)"
 FROM review_case ORDER BY opened_at DESC, number DESC""",
    "cong_bhxh": f"""SELECT {_when("log.recorded_at")},
 {_spelt(_code("outcome"), _PORTAL)} AS "Kết quả", {_code("code")} AS "Mã trả lời",
 {_code("cause")} AS "Vì sao không trả lời (mã)", {_code("ms")} AS "Mất mấy ms",
 CASE {_code("by")} WHEN 'outbox' THEN 'hàng chờ' WHEN 'command' THEN 'dòng lệnh'
 ELSE {_code("by")} END AS "Ai hỏi", portal.person_ref AS "Người (mã ngẫu nhiên)",
 portal.presented AS "Sự kiện trình thẻ", portal.event_id AS "Sự kiện"
 FROM portal JOIN log ON log.desk = portal.desk AND log.seq = portal.seq
 ORDER BY portal.rowid DESC""",
    "hang_cho_gui": f"""SELECT {_spelt("errand", _ERRAND)} AS "Việc", visit AS "Lượt",
 CASE WHEN due IS NULL THEN 'không tự gửi nữa' ELSE 'chờ gửi' END AS "Tình trạng",
 strftime('%d/%m/%Y %H:%M:%S', since, '+7 hours') AS "Chờ từ",
 strftime('%d/%m/%Y %H:%M:%S', due, '+7 hours') AS "Gửi lại lúc", attempts AS "Số lần đã thử",
 last_error AS "Lỗi lần cuối (mã)", strftime('%d/%m/%Y %H:%M:%S', last_at, '+7 hours')
 AS "Thử lần cuối", CASE WHEN nth > 0 THEN nth END AS "Bản tin thứ mấy của lượt",
 item_id AS "Mã việc", datetime(since, '+7 hours') AS "Thời điểm"
 FROM outbox ORDER BY since, item_id""",
    "su_kien": f"""SELECT {_when("recorded_at")}, desk AS "Quầy", seq AS "Thứ tự",
 kind AS "Loại (mã)", {_code("officer")} AS "Nhân viên", person_ref AS "Người (mã ngẫu nhiên)",
 CASE WHEN content_digest IS NULL THEN '' WHEN EXISTS (SELECT 1 FROM content
 WHERE content.event_id = log.desk || '-' || log.seq) THEN 'niêm phong' ELSE 'đã xóa' END
 AS "Nội dung", codes AS "Các mã", hash AS "Mã băm"
 FROM log ORDER BY log.rowid DESC""",
    "ai_xem_ai": f"""SELECT {_when("recorded_at")}, {_code("officer")} AS "Ai",
 desk AS "Quầy", {_code("what")} AS "Xem gì (mã)", {_code("why")} AS "Vì sao (mã)",
 {_code("rows")} AS "Bao nhiêu người", {_code("of")} AS "Sự kiện trình thẻ",
 person_ref AS "Người (mã ngẫu nhiên)", desk || '-' || seq AS "Sự kiện"
 FROM log WHERE kind = 'viewed' ORDER BY recorded_at DESC, log.rowid DESC""",
    "he_thong_khac": """SELECT system AS "Hệ thống", key_id AS "Khóa số", rights AS "Quyền (mã)",
 per_minute AS "Số lần mỗi phút",
 strftime('%d/%m/%Y %H:%M:%S', made_at, '+7 hours') AS "Cấp lúc",
 strftime('%d/%m/%Y %H:%M:%S', ends, '+7 hours') AS "Hết hiệu lực lúc"
 FROM api_key ORDER BY system, made_at DESC""",
}
"""What each view selects, by its name."""

STATEMENTS = tuple(f'CREATE VIEW "{name}" AS {query}' for name, query in VIEWS.items())


def m013_views_for_other_tools(db: "Database") -> None:
    """Make the views; one of these names that somebody made himself gives way."""
    for name, statement in zip(VIEWS, STATEMENTS, strict=True):
        db.execute(f'DROP VIEW IF EXISTS "{name}"')
        db.execute(statement)
