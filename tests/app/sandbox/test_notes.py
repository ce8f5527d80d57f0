"""Post-visit notes: who writes them when, and that nobody's words are overwritten (api/visits.md §7)."""

import pytest

TEXTS = {"physical_exam", "assessment_plan", "diagnosis", "patient_instructions", "disposition"}
DONE = "48225"  # completed by Dr. Haddad
RUNNING = "48217"  # in progress with Dr. Okonkwo


def test_empty_texts_when_never_written(asker):
    notes = asker.data(f"visits/{RUNNING}/postvisit", "app")
    assert {name: notes[name] for name in TEXTS} == dict.fromkeys(TEXTS, "")
    assert notes["attachments"] == []
    assert not notes.get("created")
    assert "postvisit" not in asker.data(f"visits/{RUNNING}", "app")


def test_a_subset_is_overwritten_and_the_rest_kept(asker):
    before = asker.data(f"visits/{DONE}/postvisit", "noor.haddad")
    asker.world.advance(9)
    asker.done(f"visits/{DONE}/postvisit", "noor.haddad", diagnosis="J06.9", disposition="")
    after = asker.data(f"visits/{DONE}/postvisit", "noor.haddad")
    now = asker.world.now
    assert after == {**before, "diagnosis": "J06.9", "disposition": "", "modified": now}
    assert asker.data(f"visits/{DONE}", "noor.haddad")["postvisit"] == after


def test_files_are_named_by_id_in_three_forms_and_must_be_known(asker):
    intake = asker.world.intakes[
        next(v.intake_id for v in asker.world.visits.values() if asker.world.intakes[v.intake_id].attachments)
    ]
    visit = asker.world.visits[intake.visit_id]
    visit.status = 30
    ident = intake.attachments[0]["_id"]
    for sent in ([{"id": ident}], [ident], ident):
        asker.done(f"visits/{visit.id}/postvisit", "app", attachments=sent)
        kept = asker.data(f"visits/{visit.id}/postvisit", "app")["attachments"]
        assert [file["id"] for file in kept] == [ident]
    reply = asker.post(f"visits/{visit.id}/postvisit", "app", attachments=["nobody's"])
    assert (reply.status_code, reply.json()["message"]) == (400, "attachments is not valid.")
    asker.done(f"visits/{visit.id}/postvisit", "app", attachments=[])
    assert asker.data(f"visits/{visit.id}/postvisit", "app")["attachments"] == []


def test_the_second_of_two_writers_hears_of_the_first(asker):
    read = asker.data(f"visits/{DONE}/postvisit", "noor.haddad")["modified"]
    asker.world.advance(5)
    asker.done(f"visits/{DONE}/postvisit", "clinic.admin", diagnosis="A", modified=str(read))
    late = asker.post(f"visits/{DONE}/postvisit", "noor.haddad", diagnosis="B", modified=read)
    assert (late.status_code, late.json()["message"]) == (400, "Notes were changed by someone else.")
    assert asker.data(f"visits/{DONE}/postvisit", "app")["diagnosis"] == "A"


def test_who_writes(asker):
    for who, status in (
        ("samuel.okonkwo", 200),
        ("noor.haddad", 403),
        ("front.desk", 403),
        ("clinic.admin", 200),
        ("app", 200),
    ):
        assert asker.post(f"visits/{RUNNING}/postvisit", who, diagnosis="x").status_code == status
    patient = asker.world.people[asker.world.visits[RUNNING].member_id]
    asker._tokens["patient"] = asker.world.sign_in(patient).token
    assert asker.post(f"visits/{RUNNING}/postvisit", "patient", diagnosis="x").status_code == 403
    assert asker.post("visits/1/postvisit", "app", diagnosis="x").status_code == 404


@pytest.mark.parametrize("status", [10, 20, 40, 50, 77])
def test_other_visits_have_no_notes_for_anybody(asker, status):
    asker.world.visits[DONE].status = status
    for who in ("noor.haddad", "app"):
        assert asker.get(f"visits/{DONE}/postvisit", who).status_code == 403
        assert asker.post(f"visits/{DONE}/postvisit", who, diagnosis="x").status_code == 403


def test_a_patient_reads_when_the_visit_is_completed(asker):
    visit = asker.world.visits[RUNNING]
    asker._tokens["patient"] = asker.world.sign_in(asker.world.people[visit.member_id]).token
    asker.done(f"visits/{RUNNING}/postvisit", "app", diagnosis="secret so far")
    assert asker.get(f"visits/{RUNNING}/postvisit", "patient").status_code == 403
    assert "secret" not in asker.get(f"visits/{RUNNING}", "patient").text
    assert "secret" in asker.get(f"visits/{RUNNING}", "samuel.okonkwo").text
    asker.done("visits/close", "samuel.okonkwo", id=RUNNING, status=30)
    assert asker.data(f"visits/{RUNNING}/postvisit", "patient")["diagnosis"] == "secret so far"
    assert "secret" in asker.get(f"visits/{RUNNING}", "patient").text


def test_no_list_has_notes(asker):
    assert "J06.9" not in asker.get("visits", "app", start_time=0).text


def test_what_is_no_text_is_refused(asker):
    reply = asker.post(f"visits/{DONE}/postvisit", "app", diagnosis={"a": 1})
    assert (reply.status_code, reply.json()["message"]) == (400, "diagnosis is not valid.")


def test_the_front_desk_sees_no_notes_and_no_prescriptions(asker):
    visit = next(v for v in asker.world.visits.values() if _prescribed(asker, v))
    for id_ in (DONE, visit.id):
        assert asker.get(f"visits/{id_}/postvisit", "front.desk").status_code == 403
        assert asker.post(f"visits/{id_}/postvisit", "front.desk", diagnosis="x").status_code == 403
        shown = asker.data(f"visits/{id_}", "front.desk")
        whole = asker.data(f"visits/{id_}", "app")
        assert whole.keys() - shown.keys() == {"postvisit", "prescriptions"} & whole.keys()
        assert shown["intake"] == whole["intake"]
    assert "postvisit" in asker.data(f"visits/{DONE}", "clinic.admin")
    assert _prescribed(asker, visit, "clinic.admin")
    told = asker.done("visits/close", "front.desk", id=RUNNING, status=30)
    assert not {"postvisit", "prescriptions"} & told.keys()


def _prescribed(asker, visit, who="app"):
    return asker.data(f"visits/{visit.id}", who)["prescriptions"]
