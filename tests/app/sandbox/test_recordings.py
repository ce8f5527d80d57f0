"""Recordings come with `fields` only, of visits that took place (api/visits.md §8)."""


def recordings(asker):
    """`recordings` by visit."""
    rows = asker.data("visits", "app", start_time=0, fields="recordings")
    assert all(set(row) == {"id", "recordings"} for row in rows)
    return {row["id"]: row["recordings"] for row in rows}


def test_some_completed_visits_were_recorded(asker):
    found = recordings(asker)
    assert {"0", "1", "2"} == {str(told["count"]) for told in found.values()}
    assert {type(told["count"]) for told in found.values()} == {int, str}
    ids = []
    for visit_id, told in found.items():
        visit = asker.world.visits[visit_id]
        assert int(told["count"]) == len(told["data"])
        assert not told["data"] or visit.status in {30, 50}
        for part in told["data"]:
            assert set(part) == {"id", "visit_id", "end"}
            assert part["visit_id"] == visit_id
            assert part["end"] <= visit.actual_end
            ids.append(part["id"])
    assert all(isinstance(ident, int) for ident in ids)
    assert len(set(ids)) == len(ids)


def test_without_fields_there_are_none(asker):
    assert '"recordings"' not in asker.get("visits", "app", start_time=0).text
    assert '"recordings"' not in asker.get("visits", "app", start_time=0, fields="id,start").text
    assert '"recordings"' not in asker.get("visits/48225", "app", fields="recordings").text


def test_they_are_the_same_at_every_poll(asker):
    assert recordings(asker) == recordings(asker)
