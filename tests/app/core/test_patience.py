"""What fails in the same way again and again is told; what may pass is waited for."""

import pytest

from app.core.patience import LONG_LOOKS, LOOKS, Patience, is_no, stays
from app.errors import Broken, Failure, Offline, Refused, Uncertain

LASTING = (Broken("shape"), Broken("partial"), Refused(400, "No."))
PASSING = (Broken("status", status=503), Uncertain(), Offline("timeout"))


@pytest.mark.parametrize("failure", LASTING, ids=repr)
def test_what_stays_is_in_vain_after_a_few(failure: Failure) -> None:
    patience = Patience()
    assert [patience.is_in_vain("a", failure) for _ in range(LOOKS)] == [False] * (LOOKS - 1) + [True]
    assert not patience.is_in_vain("b", failure)
    patience.was_told("a")
    assert not patience.is_in_vain("a", failure)


@pytest.mark.parametrize("failure", PASSING, ids=repr)
def test_what_may_pass_is_in_vain_only_while_the_server_answers_other_things(failure: Failure) -> None:
    down, up = Patience(), Patience()
    for tries in range(1, LONG_LOOKS + 1):
        assert not down.is_in_vain("a", failure)
        up.answered()
        assert up.is_in_vain("a", failure) == (tries == LONG_LOOKS)
    assert not down.is_over("a")
    assert up.is_over("a")
    up.forget("a")
    assert not up.is_over("a")


def test_a_line_that_is_down_is_never_in_vain() -> None:
    patience = Patience()
    for _ in range(2 * LONG_LOOKS):
        patience.answered()
        assert not patience.is_in_vain("a", Offline("unreachable"))


def test_too_many_requests_is_not_a_no() -> None:
    assert is_no(Refused(400, "No."))
    assert not is_no(Refused(429, "Slow down."))
    assert not stays(Refused(429, "Slow down."))
