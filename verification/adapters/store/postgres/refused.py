"""Why a PostgreSQL lets nobody in, of what libpq says of a connection that failed.

Such an error carries no code, its text alone; libpq's own is English, the server's where its
`lc_messages` is. What is not known stays a server that cannot be reached.
"""

import re

from verification.adapters.store.postgres.address import Address
from verification.basics.errors import StoreError

_TLS = re.compile(r"certificate|\bSSL\b|host name")
_ACCOUNT = re.compile(r'password|authentication|pg_hba|role "|permission denied')
_DATABASE = re.compile(r'database ".*" does not exist')


def refused(error: BaseException, address: Address) -> StoreError | None:
    """Return what is to be told of a connection that failed, None where nothing more is known.

    Args:
        error: As psycopg raised it.
        address: Of the database.
    """
    said, name = str(error), address.name
    if _DATABASE.search(said):
        return StoreError(
            f"Máy chủ PostgreSQL không có cơ sở dữ liệu {name}: hãy tạo, xem docs/postgres.md",
            f"The PostgreSQL has no database {name}: make it, see docs/postgres.md",
        )
    if _ACCOUNT.search(said):
        return StoreError(
            f"Máy chủ PostgreSQL {name} không nhận tài khoản của kiosk: xem PGPASSFILE và "
            "pg_hba.conf",
            f"The PostgreSQL {name} refuses the kiosk's account: see PGPASSFILE, pg_hba.conf",
        )
    if _TLS.search(said):
        return StoreError(
            f"Máy chủ PostgreSQL {name} không có TLS, hoặc chứng thư không đúng máy, không do nơi "
            "đã tin cấp: xem sslrootcert, docs/postgres.md",
            f"The PostgreSQL {name} has no TLS, or its certificate is another machine's or of an "
            "authority that is not believed: see sslrootcert, docs/postgres.md",
        )
    return None
