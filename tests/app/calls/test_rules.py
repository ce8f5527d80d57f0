"""What a clinic sets for calls: absent, odd and sensible values."""

from typing import Any

import pytest

from app.calls.rules import CallRules, read_call_rules
from app.wire.reader import Row


@pytest.mark.parametrize(
    ("account", "rules"),
    [
        ({}, CallRules(has_checklist=True, undo_s=10)),
        ({"call": []}, CallRules()),
        ({"call": {"checklist": False, "undo_s": 0}}, CallRules(has_checklist=False, undo_s=0)),
        ({"call": {"checklist": "0", "undo_s": "30"}}, CallRules(has_checklist=False, undo_s=30)),
        ({"call": {"undo_s": 86_400}}, CallRules(undo_s=60)),
        ({"call": {"undo_s": -5}}, CallRules(undo_s=0)),
        ({"call": {"undo_s": "soon", "checklist": "perhaps"}}, CallRules()),
    ],
)
def test_what_is_read(account: dict[str, Any], rules: CallRules) -> None:
    assert read_call_rules(Row(account)) == rules
