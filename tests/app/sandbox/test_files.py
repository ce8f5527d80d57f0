"""Files: upload, lists, signed links, smaller pictures, who may what (api/files.md, api/decisions.md)."""

import io
import re
import struct
import zlib
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from app.files.sandbox.stored import StoredFile, furnish
from app.sandbox.opening import open_clinic
from tests.app.sandbox.conftest import START

PDF = b"%PDF-1.4\nhand-made\n%%EOF\n"


def png(width: int = 60, height: int = 40, mode: str = "RGB") -> bytes:
    content = io.BytesIO()
    Image.new(mode, (width, height)).save(content, "PNG")
    return content.getvalue()


def upload(asker, who="mira.okafor", name="rash.png", content=PDF, **fields):
    sent = {
        "data": fields.get("data", {"meta.category": "user_document"}),
        "files": {"file": (name, content)},
    }
    return asker.ask("POST", "files", who, **sent)


def uploaded(asker, who="mira.okafor", name="rash.png", content=PDF, **fields):
    reply = upload(asker, who, name, content, **fields)
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


def link_of(asker, file_id, who="mira.okafor"):
    return asker.data(f"files/{file_id}", who)["fullpath"]


def fetch(asker, link, more=""):
    """What a link leads to, asked for without a token."""
    return asker.ask("GET", link.removeprefix("http://clinic.test") + more)


def ids(asker, who="mira.okafor", **query):
    return {row["id"] for row in asker.data("files", who, **query)}


def names(asker, who="mira.okafor", **query):
    return {row["name"] for row in asker.data("files", who, **query)}


def test_the_reply_to_an_upload_is_the_documented_one(asker):
    file = uploaded(asker, name="Rash Photo.PNG", content=png())
    assert set(file) == {"id", "name", "size", "ext", "fullpath", "meta", "creator"}
    assert (file["name"], file["ext"], file["size"]) == ("Rash Photo.PNG", "png", len(png()))
    assert file["meta"] == {
        "category": "user_document",
        "target": {"id": "7301", "type": "user"},
        "account": {"code": "harbor"},
    }
    assert set(file["creator"]) == {"id", "username", "email", "full_name"}
    link = urlsplit(file["fullpath"])
    assert (link.netloc, link.path) == ("clinic.test", f"/files/view/{file['id']}")
    assert re.fullmatch(r"[0-9a-f]{40}", parse_qs(link.query)["auth_code"][0])


def test_the_first_category_is_the_document_and_others_are_named(asker):
    assert uploaded(asker, data={})["meta"]["category"] == "user_document"
    assert uploaded(asker, data={"meta.category": "user_consent"})["meta"]["category"] == "user_consent"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"json": {"file": "text"}}, "file is required."),
        ({"data": {"file": "text"}}, "file is required."),
        ({}, "file is required."),
        ({"files": {"other": ("a.txt", b"a")}}, "file is required."),
        ({"files": {"file": ("a.txt", b"a")}, "data": {"meta.category": "x"}}, "meta.category is not valid."),
    ],
)
def test_what_is_no_upload_is_refused_in_the_documented_words(asker, options, message):
    before = len(asker.world.table(StoredFile))
    reply = asker.ask("POST", "files", "mira.okafor", **options)
    assert (reply.status_code, reply.json()) == (400, {"code": 400, "message": message})
    assert len(asker.world.table(StoredFile)) == before


def test_the_app_owns_no_files_and_must_say_whose_it_means(asker):
    assert upload(asker, "app").status_code == 403
    assert asker.get("files", "app").json()["message"] == "target_id is required."
    assert asker.data("files", "app", target_id="7301")


def test_a_file_larger_than_the_bound_is_refused(asker):
    asker.world.largest_file = 1_000
    assert upload(asker, content=b"a" * 1_000).status_code == 200
    reply = upload(asker, content=b"a" * 1_001)
    assert (reply.status_code, reply.json()["message"]) == (400, "File is too large.")


@pytest.mark.parametrize("size", [0, 1, 300_000, 2_500_000])
def test_what_comes_back_is_what_was_sent(asker, size):
    content = asker.world.dice("content", size).randbytes(size)
    file = uploaded(asker, name="scan.bin", content=content)
    reply = fetch(asker, file["fullpath"])
    assert reply.status_code == 200
    assert reply.content == content
    if "content-encoding" not in reply.headers:
        assert reply.headers["content-length"] == str(size)


def test_a_download_says_what_it_is_and_lets_nothing_run(asker):
    file = uploaded(asker, content=b"<html>")
    asker.done(f"files/{file['id']}", "mira.okafor", name='x"; évil=".html\r\nX: 1')
    reply = fetch(asker, file["fullpath"])
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]
    assert reply.headers["content-disposition"] == (
        'attachment; filename="x__ _vil__.html__X_ 1"; '
        "filename*=UTF-8''x%22%3B%20%C3%A9vil%3D%22.html%0D%0AX%3A%201"
    )
    asker.done(f"files/{file['id']}", "mira.okafor", name="page.html")
    assert fetch(asker, file["fullpath"]).headers["content-type"].startswith("text/html")


def test_a_link_is_another_one_on_each_reading_and_each_is_good(asker):
    file = uploaded(asker)
    links = {link_of(asker, file["id"]) for _ in range(3)} | {file["fullpath"]}
    assert len(links) == 4
    assert {fetch(asker, link).content for link in links} == {PDF}


def test_a_link_is_good_for_an_hour(asker):
    link = uploaded(asker)["fullpath"]
    asker.world.advance(3_600)
    assert fetch(asker, link).status_code == 200
    asker.world.advance(1)
    refused = fetch(asker, link)
    assert (refused.status_code, refused.json()) == (403, {"code": 403, "message": "Forbidden"})


def test_a_link_is_good_for_its_file_alone(asker):
    one, other = uploaded(asker)["fullpath"], uploaded(asker)["fullpath"]
    mixed = one.replace(urlsplit(one).path, urlsplit(other).path)
    assert fetch(asker, mixed).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "",
        "auth_code=&time=",
        f"auth_code={'0' * 40}&time={START}",
        f"auth_code={'0' * 40}",
        "auth_code=%E2%82%AC&time=%D9%A1",
        f"time={START}",
        "auth_code=1&auth_code=2&time=1",
    ],
)
def test_any_other_code_is_refused(asker, query):
    file = uploaded(asker)
    assert asker.ask("GET", f"/files/view/{file['id']}?{query}").status_code in {400, 403}


def test_a_link_with_another_time_is_refused(asker):
    link = uploaded(asker)["fullpath"]
    asker.world.advance(100)
    assert fetch(asker, link.replace(f"time={START}", f"time={START + 50}")).status_code == 403


def test_an_unknown_file_is_gone(asker):
    for path in ("files/none", "/files/view/none?auth_code=1&time=1", "files/none?auth_code=1&time=1"):
        assert asker.ask("GET", path, "mira.okafor").status_code == 404
    assert asker.post("files/none", "mira.okafor", name="x").status_code == 404
    assert asker.ask("DELETE", "files/none", "mira.okafor").status_code == 404


def test_the_older_link_leads_to_the_content_without_a_token(asker):
    file = uploaded(asker)
    query = urlsplit(file["fullpath"]).query
    assert asker.ask("GET", f"files/{file['id']}?{query}").content == PDF
    assert asker.get(f"files/{file['id']}").status_code == 401


@pytest.mark.parametrize(
    ("size", "expected"),
    [("30x30", (30, 20)), ("1000x10", (15, 10)), ("600x400", (60, 40)), ("1x1", (1, 1)), ("60x40", (60, 40))],
)
def test_a_smaller_picture_fits_and_never_grows(asker, size, expected):
    link = uploaded(asker, content=png(60, 40))["fullpath"]
    reply = fetch(asker, link, f"&size={size}")
    assert reply.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(reply.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", expected)


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_kind_of_picture_comes_smaller_as_png(asker, kind):
    content = io.BytesIO()
    Image.new("RGB", (50, 50), "teal").save(content, kind)
    link = uploaded(asker, name="a.jpg", content=content.getvalue())["fullpath"]
    reply = fetch(asker, link, "&size=20x20")
    with Image.open(io.BytesIO(reply.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (20, 20))


def test_a_telephone_held_sideways_gives_an_upright_picture(asker):
    content, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(content, "JPEG", exif=exif)
    link = uploaded(asker, name="a.jpg", content=content.getvalue())["fullpath"]
    with Image.open(io.BytesIO(fetch(asker, link, "&size=30x30").content)) as picture:
        assert picture.size == (20, 30)


def bomb() -> bytes:
    """A picture of 100,000 by 100,000 points in a few bytes."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 5_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("content", [PDF, b"", png()[:60], bomb(), b"GIF89a" + b"\xff" * 40])
def test_what_is_no_whole_picture_comes_in_no_smaller_size(asker, content):
    link = uploaded(asker, content=content)["fullpath"]
    reply = fetch(asker, link, "&size=20x20")
    assert (reply.status_code, reply.json()["message"]) == (400, "size is not valid.")


@pytest.mark.parametrize("size", ["20", "0x20", "20x0", "-1x5", "axb", "20x20x20", "999999x1", "٢x٢"])
def test_sizes_that_are_none_are_refused(asker, size):
    link = uploaded(asker, content=png())["fullpath"]
    assert fetch(asker, link, f"&size={size}").status_code == 400


# -- lists ---------------------------------------------------------------------------------------


def test_without_a_target_the_list_is_the_callers_own(asker):
    file = uploaded(asker)
    assert file["id"] in ids(asker)
    assert ids(asker) == ids(asker, target_id="7301", target_type="user") == ids(asker, target_id="-")
    assert names(asker, "noor.haddad") == {"After-visit summary.pdf"}


def test_shared_documents_are_added_when_asked_for(asker):
    plain, more = names(asker), names(asker, include_shared="true")
    assert more - plain == {"After-visit summary.pdf"}
    assert "Referral letter, draft.pdf" not in more
    assert names(asker, include_shared="false") == plain


def test_the_list_is_chosen_by_category(asker):
    assert names(asker, category_type="user_consent") == {"Consent to telehealth.pdf"}


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({"target_type": "room"}, 400, "target_type is not valid."),
        ({"category_type": "x"}, 400, "category_type is not valid."),
        ({"target_type": "visit"}, 400, "target_id is required."),
        ({"target_id": "1"}, 404, "Not Found"),
        ({"target_id": "1", "target_type": "visit"}, 404, "Not Found"),
        ({"target_id": "7302"}, 403, "Forbidden"),
        ({"target_id": "612"}, 403, "Forbidden"),
        ({"target_id": "48212", "target_type": "visit"}, 403, "Forbidden"),
    ],
)
def test_a_patient_lists_nothing_of_others(asker, query, status, message):
    reply = asker.get("files", "mira.okafor", **query)
    assert (reply.status_code, reply.json()["message"]) == (status, message)


def test_both_shapes_of_the_creator_and_poorer_rows_occur(asker):
    for number in range(16):
        uploaded(asker, name=f"{number}.pdf")
    rows = asker.data("files", "mira.okafor")
    assert {frozenset(row["creator"]) for row in rows} == {frozenset({"username", "type", "full_name"})}
    assert {"category" in row["meta"] for row in rows} == {True, False}
    assert all(row.keys() >= {"created", "is_deletable"} for row in rows)
    details = [asker.data(f"files/{row['id']}", "mira.okafor") for row in rows]
    assert {"email" in row["creator"] for row in details} == {True, False}
    assert all(row["meta"]["category"] and row["meta"]["visible"] for row in details)
    raw = asker.get("files", "mira.okafor").text
    assert "http:\\/\\/clinic.test" in raw


# -- intakes -------------------------------------------------------------------------------------


def test_a_file_becomes_the_visits_once_a_visit_uses_the_intake(asker):
    file = uploaded(asker, data={"meta.category": "intake_attachment"}, content=png())
    intake_id = asker.intake(attachments=[{"id": file["id"]}])
    entry = asker.data(f"intakes/{intake_id}", "mira.okafor")["attachments"][0]
    assert (entry["_id"], entry["name"], entry["ext"]) == (file["id"], "rash.png", "png")
    assert (entry["size"], entry["creator_id"]) == (len(png()), "7301")
    assert entry["path"].startswith("files/")
    target = asker.data(f"files/{file['id']}", "mira.okafor")["meta"]["target"]
    assert target == {"id": "7301", "type": "user"}
    visit = asker.done("visits/add_walkin", "mira.okafor", intake_id=intake_id, room_code="k7m2p")["id"]
    target = asker.data(f"files/{file['id']}", "mira.okafor")["meta"]["target"]
    assert target == {"id": visit, "type": "visit"}
    assert ids(asker, target_id=visit, target_type="visit") == {file["id"]}
    assert file["id"] not in ids(asker)
    asker.done(f"intakes/{intake_id}", "mira.okafor", attachments=[])
    assert file["id"] in ids(asker)


def test_nobody_attaches_what_is_not_theirs(asker):
    theirs = next(f for f in asker.world.table(StoredFile).values() if f.user_id == "7302")
    hidden = next(f for f in asker.world.table(StoredFile).values() if not f.visible)
    for file in (theirs, hidden):
        reply = asker.post("intakes", "mira.okafor", room_code="k7m2p", attachments=[file.id])
        assert (reply.status_code, reply.json()["message"]) == (400, "attachments is not valid.")
    assert asker.post("intakes", "mira.okafor", room_code="k7m2p", attachments="[" * 9_000).status_code == 400


def test_a_new_name_shows_in_the_intake_and_a_deleted_file_leaves_it(asker):
    first, second = uploaded(asker)["id"], uploaded(asker)["id"]
    visit = asker.world.visits["48211"]
    asker.done(f"intakes/{visit.intake_id}", "mira.okafor", attachments=[first, second])
    row = asker.done(f"files/{first}", "mira.okafor", name="elbow.jpeg")
    assert (row["name"], row["ext"], row["id"]) == ("elbow.jpeg", "jpeg", first)
    assert not {"creator", "is_deletable"} & row.keys()
    shown = asker.data("visits/48211", "app")["intake"]["attachments"]
    assert [entry["name"] for entry in shown] == ["elbow.jpeg", "rash.png"]
    assert asker.ask("DELETE", f"files/{first}", "mira.okafor").json() == {"data": True}
    shown = asker.data("visits/48211", "app")["intake"]["attachments"]
    assert [entry["_id"] for entry in shown] == [second]
    assert asker.get(f"files/{first}", "mira.okafor").status_code == 404


def test_names_are_checked_and_keep_their_extension(asker):
    file = uploaded(asker)["id"]
    assert asker.post(f"files/{file}", "mira.okafor").json()["message"] == "name is required."
    assert asker.post(f"files/{file}", "mira.okafor", name="a/").json()["message"] == "name is not valid."
    assert asker.done(f"files/{file}", "mira.okafor", name="elbow")["ext"] == "png"
    assert asker.done(f"files/{file}", "mira.okafor", name="../../etc/passwd")["name"] == "passwd"
    reply = asker.ask("POST", f"files/{file}", "mira.okafor", content=b'{"name": "half \\ud83d.png"}')
    assert reply.status_code == 400


# -- the opening ---------------------------------------------------------------------------------


def test_the_photos_of_the_opening_are_real_files(asker):
    entries = [(i.visit_id, e) for i in asker.world.intakes.values() for e in i.attachments]
    assert len(entries) >= 5
    for visit_id, entry in entries:
        file = asker.data(f"files/{entry['_id']}", "app")
        assert file["meta"]["target"] == {"id": visit_id, "type": "visit"}
        assert {key: file[key] for key in ("name", "ext", "size")} == {
            key: entry[key] for key in ("name", "ext", "size")
        }
        assert entry["_id"] in ids(asker, "app", target_id=visit_id, target_type="visit")
        content = fetch(asker, file["fullpath"]).content
        assert len(content) == entry["size"]
        with Image.open(io.BytesIO(content)) as picture:
            picture.verify()


def test_the_first_patient_has_documents(asker):
    assert names(asker, target_id="48211", target_type="visit") == {"rash.png"}
    assert names(asker) == {"Consent to telehealth.pdf", "Lab results (CBC).pdf"}
    files = asker.data("files", "mira.okafor")
    assert all(fetch(asker, file["fullpath"]).content.startswith(b"%PDF-1.4") for file in files)


def test_the_documents_are_whole(asker):
    papers = [f for f in asker.world.table(StoredFile).values() if f.ext == "pdf"]
    for paper in papers:
        content = fetch(asker, link_of(asker, paper.id, "app")).content
        start = int(content.rpartition(b"startxref\n")[2].split()[0])
        assert content[start : start + 4] == b"xref"
        for place, number in re.findall(rb"(\d{10}) 00000 (n)", content):
            assert content[int(place) :].split(b" 0 obj")[0].isdigit(), number


def test_a_clinic_of_one_visit_opens_too():
    world = open_clinic(7, START, 1)
    furnish(world)
    assert {file.user_id for file in world.table(StoredFile).values()} >= {"7301"}


# -- roles ---------------------------------------------------------------------------------------

MIRA_SEES = {"rash.png", "Consent to telehealth.pdf", "Lab results (CBC).pdf", "After-visit summary.pdf"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("mira.okafor", MIRA_SEES),
        ("noor.haddad", MIRA_SEES | {"Referral letter, draft.pdf"}),
        ("linh.tran", MIRA_SEES | {"Referral letter, draft.pdf"}),
        ("tomasz.wisniewski", set()),
        ("front.desk", {"Consent to telehealth.pdf"}),
        ("clinic.admin", MIRA_SEES | {"Referral letter, draft.pdf"}),
        ("app", MIRA_SEES | {"Referral letter, draft.pdf"}),
    ],
)
def test_who_sees_what(asker, who, seen):
    files = asker.world.table(StoredFile).values()
    mine = [f for f in files if f.user_id == "7301" or f.shared_with == "7301"]
    assert len(mine) == 5
    allowed = {f.name for f in mine if asker.get(f"files/{f.id}", who).status_code == 200}
    assert allowed == seen
    assert {asker.get(f"files/{f.id}", who).status_code for f in mine} <= {200, 403}
    listed = asker.get("files", who, target_id="7301", include_shared="true")
    if who == "tomasz.wisniewski":
        assert listed.status_code == 403
    else:
        assert {row["name"] for row in listed.json()["data"]} == seen - {"rash.png"}


@pytest.mark.parametrize(
    ("who", "status"),
    [("mira.okafor", 200), ("clinic.admin", 200), ("noor.haddad", 403), ("front.desk", 403), ("app", 200)],
)
def test_only_who_uploaded_it_or_an_admin_renames_and_deletes(asker, who, status):
    file = uploaded(asker)["id"]
    seen = asker.get(f"files/{file}", who)
    if seen.status_code == 200:
        assert seen.json()["data"]["is_deletable"] is (status == 200)
    assert asker.post(f"files/{file}", who, name="new.png").status_code == status
    assert asker.ask("DELETE", f"files/{file}", who).status_code == status


# -- over a socket -------------------------------------------------------------------------------


def test_a_reader_who_leaves_is_no_fault(browser, served):
    """The fixture asserts at the end that the clinic did not complain."""
    user = next(user for user in served["users"] if user["role"] == "patient")
    login = browser.post(served["api"] + "users/login", json=user).json()["data"]
    token = {"X-ApiToken": login["token"]["token"]}
    sent = {"file": ("a.bin", bytes(8_000_000))}
    file = browser.post(served["api"] + "files", headers=token, files=sent).json()["data"]
    with browser.stream("GET", file["fullpath"], headers={"Accept-Encoding": "identity"}) as reply:
        assert reply.headers["content-length"] == "8000000"
        next(reply.iter_raw())
    assert len(browser.get(file["fullpath"]).content) == 8_000_000
