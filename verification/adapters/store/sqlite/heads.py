"""Heads of the log outside the database: the file beside it."""

from pathlib import Path

from verification.log import chain


def head_file(db: Path) -> Path:
    """Return the file beside a database to which each new head is written."""
    return db.with_name(f"{db.name}.head")


def noted_heads(db: Path) -> dict[str, list[chain.Head]]:
    """Return the heads noted beside a log, by desk; a torn last line is left out."""
    path = head_file(db)
    heads: dict[str, list[chain.Head]] = {}
    if not path.exists():
        return heads
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            head = chain.parse_head(line)
        except ValueError:
            continue
        heads.setdefault(head.desk, []).append(head)
    return heads
