"""The tables, as numbered steps. A step is never changed once it has been released: add another.

A step may forget facts: the server has them. It never forgets actions, drafts or the audit.
"""

from typing import Final

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        # at: the server's time of the last confirmation, Unix s.
        """create table facts (
            kind text not null, id blob not null, at real not null, body blob not null,
            primary key (kind, id))""",
        """create table actions (
            number integer primary key, id blob not null unique, state text not null, body blob not null)""",
        "create table drafts (place blob primary key not null, text blob not null)",
        "create table settings (name text primary key, value blob not null)",
        "create table audit (number integer primary key, line text not null, seal text not null unique)",
    ),
)
