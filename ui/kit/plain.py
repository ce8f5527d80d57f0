"""Text from elsewhere, kept plain where Qt would otherwise look for markup."""

from html import escape


def plain_tip(text: str) -> str:
    """`text` as a tool tip that shows it letter by letter and wraps it. Qt reads tool tips as rich text."""
    return f'<qt style="white-space:pre-wrap">{escape(text)}</qt>' if text else ""
