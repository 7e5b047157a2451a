"""Codes of events as SQL asks for them, and the indexes by which that costs one step."""


def of_codes(name: str) -> str:
    """Return the SQL of one of an event's codes; of a damaged row it is null, and no error."""
    return f"CASE WHEN json_valid(codes) THEN json_extract(codes, '$.{name}') END"


ACCOUNT, WHAT = of_codes("account"), of_codes("what")
ENDED, SESSION = of_codes("ended"), of_codes("session")
INDEXES = (
    (
        f"CREATE INDEX IF NOT EXISTS idx_log_account ON log (kind, {ACCOUNT}) "
        "WHERE kind = 'account_changed'"
    ),
    f"CREATE INDEX IF NOT EXISTS idx_log_ended ON log ({ENDED}) WHERE {ENDED} IS NOT NULL",
    f"CREATE INDEX IF NOT EXISTS idx_log_session ON log ({SESSION}) WHERE {SESSION} IS NOT NULL",
)
