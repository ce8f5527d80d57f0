"""The practice clinic's conference page: of a visit that runs, and who joined."""


def meeting(asker, visit_id):
    return asker.data(f"/api_v3/visits/{visit_id}", "noor.haddad")["meeting"]["meeting_id"]


def test_it_shows_who_joined(asker):
    page = f"/call/{meeting(asker, '48211')}"
    assert "<li>A guest</li>" in asker.get(page).text
    signed_in = asker.get("/auth", sso_token=asker.token("noor.haddad"), next=page)
    text = asker.ask("GET", page, headers={"Cookie": signed_in.headers["set-cookie"].partition(";")[0]}).text
    assert text.count("<li>") == 2
    assert "<li>Noor Haddad</li>" in text
    # Nobody who has no sign-in reads whose visit it is.
    assert "Okafor" not in text


def test_others_are_not_there(asker):
    assert asker.get("/call/1_2__jitsi").status_code == 404
