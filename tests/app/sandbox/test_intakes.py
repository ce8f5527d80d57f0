"""Intakes in three encodings, with every key kept (api/visits.md §5, api/README.md §5)."""

import pytest

from app.files.sandbox.stored import StoredFile

BODY = {"room_code": "k7m2p", "type": "1", "reason_for_visit": "Cough", "custom_a.b? e.g. this": "yes"}


def intake_of(asker, reply):
    """The intake a create answered."""
    assert reply.status_code == 200, reply.text
    return asker.world.intakes[reply.json()["data"]["id"]]


@pytest.mark.parametrize("how", ["json", "data", "files"])
def test_three_encodings_are_the_same(asker, how):
    sent = {key: (None, value) for key, value in BODY.items()} if how == "files" else BODY
    intake = intake_of(asker, asker.ask("POST", "intakes", "mira.okafor", **{how: sent}))
    assert (intake.room_code, intake.type, intake.reason) == ("k7m2p", 1, "Cough")
    assert intake.answers == {"custom_a.b? e.g. this": "yes"}


def test_dotted_form_fields_are_nested(asker):
    body = {"room_code": "k7m2p", "consultation.id": "c-1", "consultation.meta.kind": "x"}
    intake = intake_of(asker, asker.ask("POST", "intakes", "mira.okafor", data=body))
    assert intake.answers["consultation"] == {"id": "c-1", "meta": {"kind": "x"}}


def test_any_json_is_kept_and_returned_verbatim(asker):
    custom = {
        "custom_list": ["a", 1, None],
        "custom_nested": {"x": {"y": [True]}},
        "custom_number": 1.5,
        "custom_null": None,
        "custom_empty": "",
        "What is your name? <b>": "ʻOkina / slash",
        "custom_client_ref": "ref-1",
    }
    reply = asker.post("intakes", "mira.okafor", room_code="k7m2p", phone="4155550101", **custom)
    created = reply.json()["data"]
    assert created == {**custom, "id": created["id"]}
    whole = asker.data(f"intakes/{created['id']}", "mira.okafor")
    assert {key: whole[key] for key in custom} == custom
    assert whole["phone"] == "4155550101"


def test_update_overwrites_what_is_sent_and_keeps_the_rest(asker):
    intake_id = asker.intake(custom_a="1", custom_b="2", reason_for_visit="Cough")
    asker.world.advance(9)
    assert asker.done(f"intakes/{intake_id}", "mira.okafor", custom_a="3") == {"id": intake_id}
    intake = asker.world.intakes[intake_id]
    assert intake.answers == {"custom_a": "3", "custom_b": "2"}
    assert (intake.reason, intake.modified) == ("Cough", asker.world.now)


def test_an_update_shows_in_the_visit_at_once(asker):
    intake_id = asker.world.visits["48211"].intake_id
    asker.get("visits", "app")
    asker.done(f"intakes/{intake_id}", "noor.haddad", reason_for_visit="Fever", custom_new="1")
    assert "Fever" in str(asker.data("visits/48211", "app")["intake"])


def test_old_names_count_and_provider_id_wins(asker):
    reply = asker.post(
        "intakes", "mira.okafor", room="k7m2p", reasonforvisit="Old", provider="613", provider_id=612
    )
    intake = intake_of(asker, reply)
    assert (intake.room_code, intake.reason, intake.provider_id) == ("k7m2p", "Old", "612")


@pytest.mark.parametrize("sent", [[{"id": "a"}, {"id": "b"}], ["a", "b"], "a,b", '["a","b"]'])
def test_attachments_in_every_form(asker, sent):
    intake = intake_of(asker, asker.post("intakes", "mira.okafor", room_code="k7m2p", attachments=sent))
    assert [entry["_id"] for entry in intake.attachments] == ["a", "b"]
    assert set(intake.attachments[0]["created"]) == {"sec", "usec"}


def test_reset_or_not_an_intake_is_fresh(asker):
    assert asker.intake() != asker.intake(reset="true") != asker.intake()


def test_refusals(asker):
    for who, body, status, message in (
        ("mira.okafor", {}, 400, "room_code is required."),
        ("mira.okafor", {"room_code": "zzzzz"}, 404, "Not Found"),
        ("front.desk", {"room_code": "k7m2p"}, 400, "member_id is required."),
        ("front.desk", {"room_code": "k7m2p", "member_id": "1"}, 404, "Not Found"),
        ("front.desk", {"room_code": "k7m2p", "member_id": "612"}, 400, "member_id is not valid."),
        ("mira.okafor", {"room_code": "k7m2p", "type": 5}, 400, "type is not valid."),
        ("mira.okafor", {"room_code": "k7m2p", "provider_id": "616"}, 400, "provider_id is not valid."),
    ):
        count = len(asker.world.intakes)
        reply = asker.post("intakes", who, **body)
        assert (reply.status_code, reply.json()["message"]) == (status, message)
        assert len(asker.world.intakes) == count
    other = asker.world.visits["48212"].intake_id
    assert asker.get(f"intakes/{other}", "mira.okafor").status_code == 403
    assert asker.get("intakes/none", "mira.okafor").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"attachments": "a photo of somebody else"},
        {"attachments": "["},
        {"reason_for_visit": ["x"]},
        {"provider_id": "616"},
        {"type": 7},
        {"room_code": "zzzzz"},
    ],
)
def test_a_refused_request_changes_nothing(asker, wrong):
    """Not the intake, and none of the files that it names."""
    ident = asker.intake(reason_for_visit="Cough", custom_a="1")
    sent = asker.ask("POST", "files", "mira.okafor", files={"file": ("a.txt", b"a")}).json()["data"]["id"]
    theirs = next(file for file in asker.world.table(StoredFile).values() if file.user_id != "7301")
    body = {"reasonforvisit": "Fever", "custom_a": "2", "provider_id": "612", "attachments": [sent], **wrong}
    if body["attachments"] == "a photo of somebody else":
        body["attachments"] = [sent, theirs.id]
    before = repr(asker.world.intakes)
    for path in (f"intakes/{ident}", "intakes"):
        reply = asker.post(path, "mira.okafor", **{"room_code": "k7m2p", **body})
        assert reply.status_code in {400, 404}
        assert repr(asker.world.intakes) == before
    assert asker.world.table(StoredFile)[sent].intake_id == ""


def test_an_intake_stays_where_it_is_when_its_visit_is_refused(asker):
    ident = asker.intake()
    body = {"intake_id": ident, "room_code": "w4n8q", "provider_id": "1"}
    assert asker.post("visits/add_walkin", "mira.okafor", **body).status_code == 400
    assert asker.world.intakes[ident].room_code == "k7m2p"
    asker.done("visits/add_walkin", "mira.okafor", intake_id=ident, room_code="w4n8q")
    assert asker.world.intakes[ident].room_code == "w4n8q"
