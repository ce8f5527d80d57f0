"""Devices and readings (api/health.md)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.app.sandbox.conftest import START

OKAFOR, GARCIA_OLD, INFANT, OLDEST, SMITH = "7301", "7302", "7306", "7307", "7319"
TODAY = datetime.fromtimestamp(START, UTC).date()
READING = {
    "type": "ihealth_bg_bg5s",
    "date": "2026-02-11",
    "device_id": "00AA11BB22C1",
    "data_type": "bg",
    "data_class": "body",
    "bg": 112,
    "bg_unit": "mg/dL",
}


def days_ago(days):
    return (TODAY - timedelta(days=days)).isoformat()


def readings(asker, patient, **query):
    return asker.data(f"users/{patient}/health", "app", start=days_ago(60), **query)


def test_whose_readings_one_may_see(asker):
    for who, status in (
        *(("mira.okafor", 200), ("noor.haddad", 200), ("clinic.admin", 200), ("app", 200)),
        *(("front.desk", 403), ("tomasz.wisniewski", 403)),
    ):
        for path in ("health", "devices"):
            assert asker.get(f"users/{OKAFOR}/{path}", who).status_code == status
        body = {"device_id": "x", "type": "applehealth"}
        assert asker.post(f"users/{OKAFOR}/devices", who, **body).status_code == status
    assert asker.get(f"users/{GARCIA_OLD}/health", "mira.okafor").status_code == 403


def test_days_are_ascending_with_gaps_and_thirty_by_default(asker):
    whole = readings(asker, SMITH)
    dates = [row["date"] for row in whole]
    assert dates == sorted(set(dates))
    assert dates[0] >= days_ago(59)
    assert 45 < len(dates) < 60
    shown = asker.data(f"users/{SMITH}/health", "app")
    assert [row["date"] for row in shown] == [day for day in dates if day >= days_ago(29)]
    some = asker.data(f"users/{SMITH}/health", "app", start=days_ago(9), end=days_ago(5))
    assert [row["date"] for row in some] == [day for day in dates if days_ago(9) <= day <= days_ago(5)]


def test_units_are_mixed_and_some_are_missing(asker):
    rows = readings(asker, SMITH) + readings(asker, OLDEST) + readings(asker, INFANT)
    for key, units in (
        ("bg_unit", {"mg/dL", "mmol/L"}),
        ("weight_unit", {"kg", "lbs"}),
        ("temperature_unit", {"cel", "fah"}),
        ("bp_unit", {"mmHg"}),
    ):
        assert {row[key] for row in rows if key in row} == units
    for row in rows:
        assert ("hp" in row) == ("lp" in row) == ("bp_unit" in row)
    weighed = [row for row in readings(asker, GARCIA_OLD) if "weight" in row]
    assert weighed
    assert not any("weight_unit" in row for row in weighed)


def test_values_come_as_numbers_and_as_texts(asker):
    for patient, name in ((SMITH, "bg"), (OLDEST, "hp"), (OKAFOR, "steps")):
        assert {int, str} <= {type(row[name]) for row in readings(asker, patient) if name in row}
    pressures = [row for row in readings(asker, OLDEST) if "hp" in row]
    assert all(float(row["hp"]) > float(row["lp"]) for row in pressures)


def test_one_kind_alone(asker):
    for data_type in ("hp", "bp"):
        rows = readings(asker, OLDEST, data_type=data_type)
        assert rows
        assert all(set(row) == {"date", "hp", "lp", "bp_unit"} for row in rows)
    assert all(set(row) == {"date", "hr"} for row in readings(asker, OLDEST, data_type="hr"))
    assert readings(asker, OLDEST, data_type="bg") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"start": "01/02/2026"}, "start is not valid."),
        ({"start": "20260102"}, "start is not valid."),
        ({"end": "2026-02-30"}, "end is not valid."),
        ({"data_type": "mood"}, "data_type is not valid."),
    ],
)
def test_what_cannot_be_asked(asker, query, message):
    reply = asker.get(f"users/{SMITH}/health", "app", **query)
    assert (reply.status_code, reply.json()["message"]) == (400, message)


def test_devices(asker):
    rows = asker.data(f"users/{GARCIA_OLD}/devices", "app")
    assert [row["device_name"] for row in rows] == ["Blood Pressure RPM-BP100", "Samsung Health"]
    assert [row["invalid"] for row in rows] == [False, True]
    added = asker.done(
        "users/-/devices", "mira.okafor", device_id="00CC", device_name="Scale", type="new_kind"
    )
    assert (added["device_id"], added["type"]) == ("00CC", "new_kind")
    assert len(asker.data("users/-/devices", "mira.okafor")) == 2
    asker.done("users/-/devices", "mira.okafor", device_id="00CC", device_name="Scale 2", type="new_kind")
    assert asker.data("users/-/devices", "mira.okafor")[1]["device_name"] == "Scale 2"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "x"}, "device_id is required."),
        ({"device_id": "x"}, "type is required."),
        ({"device_id": "00AA11BB22C1", "type": "ihealth_bg_bg5s"}, "device_id is not valid."),
    ],
)
def test_devices_that_cannot_be_added(asker, body, message):
    reply = asker.post("users/-/devices", "mira.okafor", **body)
    assert (reply.status_code, reply.json()["message"]) == (400, message)


def submitted(asker, patient, **query):
    return asker.data(f"users/{patient}/health", "app", start="2026-02-11", end="2026-02-11", **query)


def test_a_reading_of_a_device_is_its_owners(asker):
    for who in ("app", "noor.haddad"):
        assert asker.done("health", who, **READING) is True
    (row,) = submitted(asker, SMITH, data_type="bg")
    assert (float(row["bg"]), row["bg_unit"]) == (112, "mg/dL")
    synced = asker.data(f"users/{SMITH}/devices", "app")[0]["last_sync"]
    assert int(synced) == START


def test_a_reading_with_a_patients_token_is_theirs(asker):
    body = {**READING, "device_id": "not added", "bg": "6.2", "bg_unit": "mmol/L"}
    assert asker.done("health", "mira.okafor", **body) is True
    (row,) = submitted(asker, OKAFOR, data_type="bg")
    assert (float(row["bg"]), row["bg_unit"]) == (6.2, "mmol/L")
    assert asker.post("health", "mira.okafor", **READING).status_code == 403
    assert asker.post("health", "front.desk", **READING).status_code == 403


@pytest.mark.parametrize("data_type", ["hp", "bp"])
def test_pressure_under_both_names(asker, data_type):
    pressure = {"data_type": data_type, "hp": "121", "lp": 79, "bp_unit": "mmHg"}
    body = {**READING, **pressure, "device_id": "cuff"}
    asker.done("health", "mira.okafor", **body)
    (row,) = submitted(asker, OKAFOR)
    assert (float(row["hp"]), float(row["lp"]), row["bp_unit"]) == (121, 79, "mmHg")


def test_one_key_has_one_unit_a_day(asker):
    cuff = {**READING, "device_id": "cuff", "data_type": "hp"}
    asker.done("health", "mira.okafor", **cuff, hp=121, lp=79, bp_unit="mmHg")
    asker.done("health", "mira.okafor", **cuff, hp=16, bp_unit="kPa")
    (row,) = submitted(asker, OKAFOR, data_type="bp")
    assert (float(row["hp"]), row["bp_unit"]) == (16, "kPa")
    assert "lp" not in row


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        *(
            ({name: None}, f"{name} is required.")
            for name in ("type", "date", "device_id", "data_type", "bg")
        ),
        ({"bg_unit": None}, "bg_unit is required."),
        ({"bg_unit": "mg"}, "bg_unit is not valid."),
        ({"bg": "much"}, "bg is not valid."),
        ({"bg": [1]}, "bg is not valid."),
        ({"bg": True}, "bg is not valid."),
        ({"bg": "1e9"}, "bg is not valid."),
        ({"date": "2026-2-11"}, "date is not valid."),
        ({"date": 20260211}, "date is not valid."),
        ({"data_type": "mood"}, "data_type is not valid."),
        ({"data_class": "mind"}, "data_class is not valid."),
        ({"data_class": "environment"}, "data_class is not valid."),
        ({"device_id": "unknown"}, "device_id is not valid."),
        ({"data_type": "steps", "steps": 10.5}, "steps is not valid."),
        ({"data_type": "noise", "data_class": None, "noise": 2, "noise_unit": "x"}, "noise is not valid."),
        ({"data_type": "movement", "data_class": None, "movement": 2}, "movement is not valid."),
    ],
)
def test_readings_that_are_refused(asker, changes, message):
    reply = asker.post("health", "app", **{**READING, **changes})
    assert (reply.status_code, reply.json()["message"]) == (400, message)
    assert submitted(asker, SMITH) == []


@pytest.mark.parametrize("sent", [False, True, 0, "1"])
def test_movement_is_a_truth(asker, sent):
    body = {**READING, "data_type": "movement", "data_class": "environment", "movement": sent}
    asker.done("health", "app", **body)
    (row,) = submitted(asker, SMITH, data_type="movement")
    assert float(row["movement"]) == float(sent)


def test_a_form_body_is_a_reading_too(asker):
    reply = asker.ask("POST", "health", "app", data=READING)
    assert reply.status_code == 200, reply.text
    assert date.fromisoformat(submitted(asker, SMITH)[0]["date"]) == date(2026, 2, 11)
