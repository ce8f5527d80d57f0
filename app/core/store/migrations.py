"""The tables, as numbered steps. A step is never changed once it has been released: add another.

A step may forget facts: the server has them. It never forgets actions, drafts or the audit.
"""

from typing import Final

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        # at: the server's time of the last confirmation, Unix s.
        """create table facts (
            kind text not null, id blob not null, at real not null, body blob not null,
            primary key (kind, id)) without rowid""",
        """create table actions (
            number integer primary key, id text not null unique, state text not null, body blob not null)""",
        "create table drafts (place blob primary key, text blob not null) without rowid",
        "create table settings (name text primary key, value blob not null) without rowid",
        """create table audit (
            number integer primary key, at real not null, what text not null, subject text not null,
            outcome text not null, seal text not null)""",
    ),
)
