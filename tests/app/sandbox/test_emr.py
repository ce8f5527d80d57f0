"""Medical records and prescriptions (api/emr.md)."""

import pytest

from app.emr.sandbox.charts import OBJECTS, OWN, record_of
from app.sandbox.app import build
from app.sandbox.opening import open_clinic
from tests.app.sandbox.conftest import START, Asker

OKAFOR, GARCIA_OLD, GARCIA_YOUNG, MULLER = "7301", "7302", "7303", "7313"


def test_whose_records_one_may_see(asker):
    for who, status in (
        *(("mira.okafor", 200), ("noor.haddad", 200), ("clinic.admin", 200), ("app", 200)),
        *(("front.desk", 403), ("tomasz.wisniewski", 403)),
    ):
        for path in ("emr", "emr/allergies", "prescriptions"):
            assert asker.get(f"users/{OKAFOR}/{path}", who).status_code == status, (who, path)
        reply = asker.post(f"users/{OKAFOR}/emr/allergies", who, substance="Egg")
        assert reply.status_code == status
    assert asker.get(f"users/{GARCIA_OLD}/emr", "mira.okafor").status_code == 403
    assert asker.get("users/612/emr", "app").status_code == 403
    assert asker.get("users/1/emr", "app").status_code == 404
    assert asker.get(f"users/{OKAFOR}/emr").status_code == 401


def test_a_provider_sees_a_patient_of_a_visit_of_their_own_in_any_room(asker):
    assert asker.get(f"users/{OKAFOR}/emr", "tomasz.wisniewski").status_code == 403
    asker.world.visits["48211"].provider_id = next(
        person.id for person in asker.world.people.values() if person.username == "tomasz.wisniewski"
    )
    assert asker.get(f"users/{OKAFOR}/emr", "tomasz.wisniewski").status_code == 200


def test_the_whole_record(asker):
    whole = asker.data("users/-/emr", "mira.okafor")
    assert set(whole) == {*OWN, "data_not_reported"}
    assert set(whole["data_not_reported"]) == {*OWN, "family_conditions"}
    assert whole["data_not_reported"]["surgeries"] is True
    assert whole["surgeries"] == []
    for section in set(OWN) - OBJECTS:
        for row in whole[section]:
            assert {"id", OWN[section][0], "created", "modified"} <= set(row)
    assert "id" not in whole["social_history"]


def test_every_form_of_an_empty_object_and_of_a_number_is_produced(asker):
    records = [asker.data(f"users/{number}/emr", "app") for number in range(7301, 7325)]
    assert {str(record["health_habits"]) for record in records} >= {"[]", "{}"}
    kids = {type(record["social_history"].get("num_kids")) for record in records if record["social_history"]}
    assert {int, str} <= kids


@pytest.mark.parametrize("section", [*OWN])
def test_a_section_alone_has_its_flag_beside_it(asker, section):
    for patient in (OKAFOR, GARCIA_YOUNG, MULLER):
        whole = asker.data(f"users/{patient}/emr", "app")
        reply = asker.get(f"users/{patient}/emr/{section}", "app").json()
        assert reply == {
            "data": whole[section],
            "data_not_reported": whole["data_not_reported"][section],
        }


def test_an_unknown_section_is_a_400_everywhere(asker):
    base = f"users/{OKAFOR}/emr/vitals"
    replies = [
        asker.get(base, "app"),
        asker.post(base, "app", substance="x"),
        asker.post(f"{base}/delete", "app", id="x"),
        asker.post(f"{base}/{'0' * 8}", "app", substance="x"),
        asker.get("emr/search", "app", section="vitals"),
    ]
    assert {(r.status_code, r.json()["message"]) for r in replies} == {(400, "Unknown section.")}


def test_adding_keeps_every_key_and_clears_the_flag(asker):
    path = f"users/{GARCIA_YOUNG}/emr/family_history"
    sent = {"condition": "Stroke", "relations": "mother,father", "age": 61, "x": {"y": [None]}, "id": "mine"}
    row = asker.done(path, "noor.haddad", **sent)
    assert {key: row[key] for key in ("condition", "age", "x")} == {
        "condition": "Stroke",
        "age": 61,
        "x": {"y": [None]},
    }
    assert row["relations"] == ["mother", "father"]
    assert (row["creator_id"], row["created"], row["modified"]) == ("612", START, START)
    assert row["id"] != "mine"
    flags = asker.data(f"users/{GARCIA_YOUNG}/emr", "app")["data_not_reported"]
    assert not flags["family_history"]
    assert not flags["family_conditions"]
    assert flags["allergies"]
    assert asker.data(path, "app") == [row]


@pytest.mark.parametrize(
    ("section", "body", "message"),
    [
        ("allergies", {"reaction": "Hives"}, "substance is required."),
        ("allergies", {"substance": ""}, "substance is required."),
        ("allergies", {"substance": {"a": 1}}, "substance is not valid."),
        ("family_history", {"condition": "x", "relations": [1]}, "relations is not valid."),
        ("family_history", {"condition": "x", "relations": {"a": 1}}, "relations is not valid."),
        ("social_history", {"num_kids": "two"}, "num_kids is not valid."),
        ("allergies", {"data_not_reported": "perhaps"}, "data_not_reported is not valid."),
        ("surgeries", {"data_not_reported": True, "procedure": "x"}, "data_not_reported is not valid."),
        ("conditions", {"data_not_reported": True}, "data_not_reported is not valid."),
        ("health_habits", {"data_not_reported": True}, "data_not_reported is not valid."),
    ],
)
def test_what_is_refused_changes_nothing(asker, section, body, message):
    before = asker.data(f"users/{OKAFOR}/emr", "app")
    reply = asker.post(f"users/{OKAFOR}/emr/{section}", "app", **body)
    assert (reply.status_code, reply.json()["message"]) == (400, message)
    assert asker.data(f"users/{OKAFOR}/emr", "app") == before


@pytest.mark.parametrize("sent", [True, 1, "1", "true"])
def test_a_patient_states_none_and_nothing_else_does(asker, sent):
    path = f"users/{GARCIA_OLD}/emr/family_history"
    assert asker.get(path, "app").json()["data_not_reported"] is False
    asker.done(path, "noor.haddad", data_not_reported=sent)
    assert asker.get(path, "app").json() == {"data": [], "data_not_reported": True}
    row = asker.done(path, "noor.haddad", condition="Stroke")
    asker.done(f"{path}/delete", "noor.haddad", id=row["id"])
    assert asker.get(path, "app").json() == {"data": [], "data_not_reported": False}


def test_one_object_sections_replace_the_keys_sent(asker):
    path = "users/-/emr/social_history"
    asker.world.advance(5)
    row = asker.done(path, "mira.okafor", num_kids="3", pets=["cat"])
    assert (int(row["num_kids"]), row["occupation"], row["pets"]) == (3, "Teacher", ["cat"])
    assert row["modified"] == START + 5
    assert asker.data(path, "mira.okafor") == row
    habits = f"users/{MULLER}/emr/health_habits"
    assert asker.done(habits, "app") in ([], {})
    assert asker.get(habits, "app").json()["data_not_reported"] is True
    assert asker.done(habits, "app", smoking="Never")["smoking"] == "Never"
    assert asker.get(habits, "app").json()["data_not_reported"] is False


def test_updates_and_their_guard(asker):
    path = f"users/{OKAFOR}/emr/allergies"
    row = asker.data(path, "app")[0]
    changed = asker.done(f"{path}/{row['id']}", "app", severity="severe", modified=str(row["modified"]))
    assert changed == {**row, "severity": "severe", "modified": START}
    for sent in (row["modified"], "1"):
        reply = asker.post(f"{path}/{row['id']}", "app", severity="mild", modified=sent)
        assert reply.status_code == 400
        assert reply.json()["message"] == f"Record {row['id']} is already changed."
    again = asker.done(f"{path}/{row['id']}", "app", severity="mild", modified=START)
    assert again["modified"] > START
    reply = asker.post(f"{path}/{row['id']}", "app", substance="")
    assert reply.json()["message"] == "substance is required."
    assert asker.post(f"{path}/none", "app", severity="mild").status_code == 404
    assert asker.post(f"users/{GARCIA_OLD}/emr/allergies/{row['id']}", "app", x=1).status_code == 404


def test_removing(asker):
    path = f"users/{OKAFOR}/emr/conditions"
    row = asker.data(path, "app")[0]
    assert asker.post(f"{path}/delete", "app").json()["message"] == "id is required."
    assert asker.post(f"{path}/delete", "app", id="none").status_code == 404
    assert asker.done(f"{path}/delete", "app", id=row["id"]) is True
    assert asker.data(path, "app") == []
    assert asker.post(f"users/{OKAFOR}/emr/social_history/delete", "app", id="x").status_code == 404


def test_suggestions(asker):
    assert len(asker.data("emr/search", "mira.okafor", section="allergies")) == 20
    assert len(asker.data("emr/search", "app", section="allergies", q=" ", limit="100")) > 30
    found = asker.data("emr/search", "app", section="allergies", q="NUT")
    assert {"Peanut", "Tree nuts"} == {term["text"] for term in found}
    assert len({term["code"] for term in found}) == 2
    assert len(asker.data("emr/search", "app", section="allergies", limit=0)) == 1
    assert asker.get("emr/search", "app").json()["message"] == "section is required."
    assert all(asker.data("emr/search", "app", section=section) for section in OWN)


def test_a_form_for_each_section_asks_its_own_keys(asker):
    schemas = asker.data("emr/schemas", "front.desk")
    assert set(schemas) == set(OWN)
    for section, form in schemas.items():
        assert set(OWN[section]) <= set(form["schema"])
        assert [item["key"] for item in form["form"]] == list(form["schema"])


def test_prescriptions_by_pages_newest_first(asker):
    whole = asker.get("users/7319/prescriptions", "noor.haddad", limit=100).json()
    assert whole["total_count"] == len(whole["data"]) == 23
    first = asker.get("users/7319/prescriptions", "noor.haddad").json()
    second = asker.get("users/7319/prescriptions", "noor.haddad", page=2).json()
    assert (len(first["data"]), first["data"] + second["data"]) == (20, whole["data"])
    assert second["total_count"] == 23
    for row in whole["data"]:
        assert {"name", "Directions", "DaysSupply", "PrescriberName", "prescription_date"} <= set(row)
        assert all(isinstance(value, str) for name, value in row.items() if name != "refills")
    assert asker.data("users/7304/prescriptions", "app") == []


def test_the_opening_records_are_repeatable(asker):
    other = Asker(build(open_clinic(7, START)))
    for patient in (OKAFOR, GARCIA_OLD, "7319"):
        for path in ("emr", "prescriptions"):
            ours, theirs = (one.get(f"users/{patient}/{path}", "app").content for one in (asker, other))
            assert ours == theirs


def test_a_new_patient_was_asked_nothing(asker):
    assert record_of(asker.world, "7304").stated_none == set()
    whole = asker.data("users/7304/emr", "app")
    assert not any(whole["data_not_reported"].values())
    assert not any(whole[section] for section in OWN)
