"""The portal's pages (api/auth.md §4)."""

from hashlib import sha256

import pytest

from app.sandbox.portal import COOKIE, safe_next


def enter(asker, who, path):
    """Opens a page the way a call is opened; answers the reply and the session's cookie."""
    reply = asker.get("/auth", sso_token=asker.token(who), next=path)
    return reply, {"Cookie": f"{COOKIE}={reply.cookies[COOKIE]}"}


def test_auth_starts_a_session_and_leads_on(asker):
    reply, cookie = enter(asker, "noor.haddad", "/visits/start/48211")
    assert (reply.status_code, reply.headers["location"]) == (302, "/visits/start/48211")
    assert "HttpOnly" in reply.headers["set-cookie"]
    assert "samesite=lax" in reply.headers["set-cookie"].lower()
    assert asker.token("noor.haddad") not in reply.headers["set-cookie"]
    page = asker.ask("GET", "/visits/start/48211", headers=cookie)
    assert page.status_code == 200
    for text in ("Mira Okafor", "1984-05-09", "The call is open", "General Care", "no video"):
        assert text in page.text


def test_a_token_use_is_counted(asker):
    enter(asker, "noor.haddad", "/")
    enter(asker, "noor.haddad", "/")
    mark = sha256(asker.token("noor.haddad").encode()).hexdigest()[:8]
    assert asker.data("/sandbox/state", "app")["sso_uses"] == {mark: 2}


@pytest.mark.parametrize("token", ["", "x", "0" * 32])
def test_a_bad_token_leads_to_the_login_page(asker, token):
    reply = asker.get("/auth", sso_token=token, next="/providers/dashboard")
    assert (reply.status_code, reply.headers["location"]) == (302, "/providers/login")
    assert "set-cookie" not in reply.headers
    assert asker.get("/providers/login").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test/",
        "https://evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "evil",
        "",
        "/a\r\nX: y",
        "javascript:1",
    ],
)
def test_next_never_leaves_the_site(asker, wanted):
    reply = asker.get("/auth", sso_token=asker.token("noor.haddad"), next=wanted)
    assert (reply.status_code, reply.headers["location"]) == (302, "/")


def test_next_may_have_a_query():
    assert safe_next("/members/appointment/1?token=abc") == "/members/appointment/1?token=abc"


@pytest.mark.parametrize("path", ["/visits/start/48211", "/providers/dashboard", "/providers/patient/7301"])
def test_without_a_session_there_is_the_login_page(asker, path):
    reply = asker.get(path)
    assert (reply.status_code, reply.headers["location"]) == (302, "/providers/login")


def test_ended_unknown_and_foreign_visits(asker):
    _, cookie = enter(asker, "noor.haddad", "/")
    for visit, status in (("48225", 410), ("1", 404), ("48224", 404)):
        page = asker.ask("GET", f"/visits/start/{visit}", headers=cookie)
        assert page.status_code == status
        assert "The call is open" not in page.text
    _, patient = enter(asker, "mira.okafor", "/")
    assert asker.ask("GET", "/visits/start/48211", headers=patient).status_code == 200
    assert asker.ask("GET", "/visits/start/48212", headers=patient).status_code == 404
    assert asker.ask("GET", "/providers/dashboard", headers=patient).status_code == 302


def test_waiting_rooms(asker):
    assert "5 waiting now" in asker.get("/u/general-care").text
    closed = asker.get("/u/night-line")
    assert closed.status_code == 200
    assert "closed" in closed.text
    assert "opens at 8 pm" in closed.text
    assert asker.get("/u/nowhere").status_code == 404
    assert asker.ask("HEAD", "/u/general-care").status_code == 200


def test_dashboard_escapes_what_patients_wrote(asker):
    _, cookie = enter(asker, "noor.haddad", "/providers/dashboard")
    page = asker.ask("GET", "/providers/dashboard", headers=cookie).text
    assert "&lt;b&gt;chest pain&lt;/b&gt; &amp; &#34;dizzy&#34;" in page
    assert 'href="/visits/start/48212"' in page
    chart = asker.ask("GET", "/providers/patient/7315", headers=cookie).text
    assert "&lt;script&gt;alert(1)" in chart
    assert "<script>alert(1)" not in chart


def test_login_form(asker):
    right = asker.ask("POST", "/providers/login", data={"username": "noor.haddad", "password": "practice"})
    assert (right.status_code, right.headers["location"]) == (302, "/providers/dashboard")
    wrong = asker.ask("POST", "/providers/login", data={"username": "noor.haddad", "password": "x"})
    assert wrong.status_code == 401


def test_pages_are_private_and_load_nothing_from_elsewhere(asker):
    page = asker.get("/")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http" not in page.text
    assert asker.get("/nowhere").status_code == 404


def test_looking_at_a_call_page_changes_nothing(asker):
    _, cookie = enter(asker, "noor.haddad", "/")
    before = asker.data("/sandbox/state", "app")
    asker.ask("GET", "/visits/start/48211", headers=cookie)
    assert asker.data("/sandbox/state", "app") == before
