"""Cards, invoices, charges, refunds of the practice clinic (api/payments.md §3 and §4, decisions.md)."""

import re

import pytest

SMITH = "48231"  # family visit of $30, status 20, with noor.haddad; 7319 has a card
FREE = "48226"  # completed, costs nothing, with samuel.okonkwo; 7312 has no card
FAILED = "48225"  # completed, with noor.haddad; 7311 has a card that was declined
OWN = "noor.haddad"
COLLEAGUE = "linh.tran"  # same room, another provider
AMOUNT = re.compile(r"-?\d+\.\d\d")


@pytest.fixture
def completed(asker):
    asker.do("finish", visit=SMITH)
    return asker


def refused(reply, status, message):
    assert (reply.status_code, reply.json()) == (status, {"code": status, "message": message})


# -- cards -----------------------------------------------------------------------------------------


def test_cards_are_for_the_patient_and_the_admin(asker):
    path = "users/7301/payment_methods"
    cards = asker.data(path, "mira.okafor")
    assert cards == asker.data(path, "app") == asker.data(path, "clinic.admin")
    assert cards == asker.data("users/-/payment_methods", "mira.okafor")
    for who in (OWN, "front.desk", "patient.7302"):
        refused(asker.get(path, who), 403, "Forbidden")
        refused(asker.post(path, who, token="tok_ok"), 403, "Forbidden")
    assert asker.get("users/999999/payment_methods", "app").status_code == 404
    assert asker.get("users/612/payment_methods", "app").status_code == 403
    assert asker.get(path).status_code == 401


def test_the_first_card_becomes_the_default(asker):
    path = "users/-/payment_methods"
    first = asker.done(path, "patient.7302", token="tok_ok", type="card", provider_id="612")
    second = asker.done(path, "patient.7302", token="tok_declined")
    assert (first["is_default"], second["is_default"]) == (True, False)
    assert set(first) == {"id", "type", "brand", "last4", "exp_month", "exp_year", "name", "is_default"}
    assert asker.done(f"{path}/default", "patient.7302", id=second["id"])["is_default"] is True
    assert [card["is_default"] for card in asker.data(path, "patient.7302")] == [False, True]
    assert asker.done(f"{path}/delete", "patient.7302", id=second["id"]) is True
    assert [card["is_default"] for card in asker.data(path, "patient.7302")] == [True]


def test_wrong_cards(asker):
    path = "users/-/payment_methods"
    refused(asker.post(path, "mira.okafor"), 400, "token is required.")
    refused(asker.post(path, "mira.okafor", token="4242424242424242"), 400, "token is not valid.")
    refused(asker.post(path, "mira.okafor", token="tok_ok", type="bank"), 400, "type is not valid.")
    refused(
        asker.post(path, "mira.okafor", token="tok_ok", provider_id="7302"), 400, "provider_id is not valid."
    )
    theirs = asker.data("users/7304/payment_methods", "app")[0]["id"]
    for action in ("default", "delete"):
        refused(asker.post(f"{path}/{action}", "mira.okafor"), 400, "id is required.")
        assert asker.post(f"{path}/{action}", "mira.okafor", id=theirs).status_code == 404


def test_month_and_year_come_as_number_and_as_text(asker):
    cards = [
        card
        for patient in ("7301", "7304", "7305", "7311", "7314", "7315", "7319", "7320", "7321")
        for card in asker.data(f"users/{patient}/payment_methods", "app")
    ]
    assert {type(card["exp_month"]) for card in cards} == {int, str}
    assert all(len(card["last4"]) == 4 for card in cards)


# -- invoice -----------------------------------------------------------------------------------------


def test_invoice(asker):
    path = f"visits/{SMITH}/invoice"
    whole = asker.data(path, "patient.7319")
    assert whole["items"] == [
        {"name": "Family visit", "description": "", "quantity": 1, "unit_price": "30.00", "total": "30.00"}
    ]
    assert (whole["amount_due"], whole["currency"] in {"USD", "$"}) == ("30.00", True)
    less = asker.data(path, OWN, promo_code="HARBOR10")
    assert (less["amount_due"], less["items"][1]["total"]) == ("27.00", "-3.00")
    assert asker.data(path, OWN) == whole
    refused(asker.get(path, OWN, promo_code="NONE"), 400, "promo_code is not valid.")
    refused(asker.get(path, "mira.okafor"), 403, "Forbidden")
    assert asker.get("visits/1/invoice", OWN).status_code == 404


def test_after_the_charge_nothing_is_due(asker):
    paid = asker.data("visits/48227/invoice", COLLEAGUE)
    assert (paid["amount_due"], paid["items"][0]["total"]) == ("0.00", "30.00")
    refused(
        asker.get("visits/48227/invoice", COLLEAGUE, promo_code="HARBOR10"),
        400,
        "Visit 48227 is already charged.",
    )


# -- charge --------------------------------------------------------------------------------------------


def test_who_may_charge(completed):
    for who in (COLLEAGUE, "front.desk", "patient.7319"):
        refused(completed.post("visits/charge", who, id=SMITH, submit=True), 403, "Forbidden")
        refused(completed.post("visits/refund", who, id=SMITH), 403, "Forbidden")
    assert completed.done("visits/charge", OWN, id=SMITH, submit=False)["status"] == "pending"
    assert completed.done("visits/charge", "clinic.admin", id=SMITH, submit="false")["status"] == "pending"
    assert completed.done("visits/charge", "app", id=SMITH, submit=1)["status"] == "paid"


def test_a_charge_happens_once(completed):
    paid = completed.done("visits/charge", OWN, id=SMITH, submit=True)
    assert (paid["charged"], paid["amount"], paid["refunded_amount"]) == (True, "30.00", "0.00")
    assert paid["payment_method"] == {"brand": "visa", "last4": "4242"}
    for submit in (True, False):
        refused(
            completed.post("visits/charge", OWN, id=SMITH, submit=submit),
            400,
            f"Visit {SMITH} is already charged.",
        )
    assert len(completed.data("payments", "app", visit_id=SMITH)) == 1


def test_a_charge_completes_a_visit_in_progress(asker):
    asker.done("visits/inprogress", OWN, id=SMITH)
    before = asker.data(f"visits/{SMITH}", OWN)["payment"]
    assert "charged" not in before
    asker.done("visits/charge", OWN, id=SMITH, submit=True)
    after = asker.data(f"visits/{SMITH}", OWN)
    assert int(after["status"]) == 30
    assert after["payment"] == {**before, "charged": True}
    assert after["completed_by"] == "612"
    listed = next(row for row in asker.data("visits", OWN) if row["id"] == SMITH)
    assert listed.get("payment", {"charged": True})["charged"] is True


@pytest.mark.parametrize(("act", "word"), [({}, "confirmed"), ({"what": "cancel"}, "cancelled")])
def test_only_visits_of_25_or_30_are_charged(asker, act, word):
    if act:
        asker.do(act["what"], visit=SMITH)
    for path in ("visits/charge", "visits/refund"):
        reply = asker.post(path, OWN, id=SMITH, submit=True)
        refused(reply, 400, f"Visit {SMITH} is already {word}.")


def test_needed_fields(completed):
    refused(completed.post("visits/charge", OWN), 400, "id is required.")
    refused(completed.post("visits/charge", OWN, id=SMITH), 400, "submit is required.")
    refused(completed.post("visits/charge", OWN, id=SMITH, submit="maybe"), 400, "submit is not valid.")
    assert completed.post("visits/charge", OWN, id="1", submit=True).status_code == 404


def test_saving_the_invoice_only(completed):
    items = [{"name": "Visit", "unit_price": 45.5}, {"name": "Form", "quantity": 3, "unit_price": "0.10"}]
    saved = completed.done("visits/charge", OWN, id=SMITH, submit=False, items=items)
    assert (saved["amount"], saved["charged"], saved["status"]) == ("45.80", False, "pending")
    again = completed.done("visits/charge", OWN, id=SMITH, submit=False, items=items[:1])
    assert (again["id"], again["amount"]) == (saved["id"], "45.50")
    assert completed.data(f"visits/{SMITH}/invoice", OWN)["amount_due"] == "45.50"
    assert "charged" not in completed.data(f"visits/{SMITH}", OWN)["payment"]
    assert completed.done("visits/charge", OWN, id=SMITH, submit=True)["amount"] == "45.50"


def test_a_promo_code_counts_once(completed):
    saved = completed.done("visits/charge", OWN, id=SMITH, submit=False, promo_code="HARBOR10")
    paid = completed.done("visits/charge", OWN, id=SMITH, submit=True, promo_code="HARBOR10")
    assert saved["amount"] == paid["amount"] == "27.00"


def test_sums_are_exact(completed):
    items = [{"name": "Third", "quantity": "0.333", "unit_price": "10.00"}]
    items += [
        {"name": "Dime", "quantity": 1, "unit_price": 0.1},
        {"name": "Two", "quantity": 1, "unit_price": 0.2},
    ]
    paid = completed.done("visits/charge", OWN, id=SMITH, submit=True, items=items)
    assert paid["amount"] == "3.63"
    totals = [item["total"] for item in completed.data(f"visits/{SMITH}/invoice", OWN)["items"]]
    assert totals == ["3.33", "0.10", "0.20"]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([], "items is not valid."),
        ("[", "items is not valid."),
        (7, "items is not valid."),
        ([7], "items[0] is not valid."),
        ([{"unit_price": "1.00"}], "items[0].name is required."),
        ([{"name": "x"}], "items[0].unit_price is required."),
        ([{"name": "x", "unit_price": "1.001"}], "items[0].unit_price is not valid."),
        ([{"name": "x", "unit_price": "1e3"}], "items[0].unit_price is not valid."),
        ([{"name": "x", "unit_price": [1]}], "items[0].unit_price is not valid."),
        ([{"name": "x", "unit_price": "1", "quantity": 0}], "items[0].quantity is not valid."),
        ([{"name": "x", "unit_price": "1", "quantity": -1}], "items[0].quantity is not valid."),
        ([{"name": "x", "unit_price": "1", "total": "2.00"}], "items[0].total is not valid."),
        ([{"name": "x", "unit_price": "-1"}], "items is not valid."),
        ([{"name": "x", "unit_price": "9999999", "quantity": 2}], "items is not valid."),
        ([{"name": "x", "unit_price": "1"}] * 101, "items is not valid."),
    ],
)
def test_wrong_items(completed, items, message):
    refused(completed.post("visits/charge", OWN, id=SMITH, submit=True, items=items), 400, message)
    assert completed.data("payments", OWN, visit_id=SMITH) == []


def test_items_in_a_form(completed):
    form = {"id": SMITH, "submit": "true", "items": '[{"name": "Visit", "unit_price": "12.50"}]'}
    reply = completed.ask("POST", "visits/charge", OWN, data=form)
    assert reply.json()["data"]["amount"] == "12.50"


def test_a_free_visit_needs_no_card(asker):
    own = "samuel.okonkwo"
    paid = asker.done("visits/charge", own, id=FREE, submit=True)
    assert (paid["amount"], paid["charged"], paid.get("payment_method") in (None, [])) == ("0.00", True, True)
    refused(asker.post("visits/refund", own, id=FREE), 400, "amount is not valid.")
    refused(asker.post("visits/charge", own, id=FREE, submit=True), 400, f"Visit {FREE} is already charged.")


def test_which_card(completed):
    path = "users/7319/payment_methods"
    theirs = completed.data("users/7301/payment_methods", "app")[0]["id"]
    wrong = {"id": SMITH, "submit": True, "payment_method_id": theirs}
    refused(completed.post("visits/charge", OWN, **wrong), 400, "payment_method_id is not valid.")
    completed.done(f"{path}/delete", "app", id=completed.data(path, "app")[0]["id"])
    refused(
        completed.post("visits/charge", OWN, id=SMITH, submit=True), 400, "payment_method_id is required."
    )


def test_a_declined_card(completed):
    card = completed.done("users/7319/payment_methods", "app", token="tok_declined")
    body = {"id": SMITH, "submit": True, "payment_method_id": card["id"]}
    refused(completed.post("visits/charge", OWN, **body), 400, "Card was declined.")
    failed = completed.data("payments", OWN, visit_id=SMITH)
    assert [(entry["status"], entry["charged"]) for entry in failed] == [("failed", False)]
    assert "charged" not in completed.data(f"visits/{SMITH}", OWN)["payment"]
    completed.world.advance(1)
    assert completed.done("visits/charge", OWN, id=SMITH, submit=True)["status"] == "paid"
    listed = completed.data("payments", OWN, visit_id=SMITH)
    assert [entry["status"] for entry in listed] == ["paid", "failed"]


def test_what_a_card_did_not_pay_is_still_due(asker):
    """The opening tells one story: what failed, what is due, what is charged, what the visit costs."""
    (failed,) = asker.data("payments", OWN, visit_id=FAILED)
    due = asker.data(f"visits/{FAILED}/invoice", OWN)
    assert (failed["status"], failed["amount"], due["amount_due"]) == ("failed", "25.00", "25.00")
    assert asker.data(f"visits/{FAILED}", OWN)["payment"]["amount"] == "25.00"
    refused(asker.post("visits/charge", OWN, id=FAILED, submit=True), 400, "Card was declined.")
    asker.done("users/7311/payment_methods", "app", token="tok_ok")
    good = asker.data("users/7311/payment_methods", "app")[1]["id"]
    paid = asker.done("visits/charge", OWN, id=FAILED, submit=True, payment_method_id=good)
    assert paid["amount"] == "25.00"


# -- refund --------------------------------------------------------------------------------------------


def test_refunds_in_parts(completed):
    completed.done("visits/charge", OWN, id=SMITH, submit=True)
    for amount, given, status in (
        ("10", "10.00", "partially_refunded"),
        (19.99, "29.99", "partially_refunded"),
    ):
        part = completed.done("visits/refund", OWN, id=SMITH, amount=amount, reason="Asked for")
        assert (part["refunded_amount"], part["status"], part["reason"]) == (given, status, "Asked for")
    for amount in ("0.02", "0", "-1", "0.001", "all", [1]):
        refused(completed.post("visits/refund", OWN, id=SMITH, amount=amount), 400, "amount is not valid.")
    whole = completed.done("visits/refund", OWN, id=SMITH)
    assert (whole["refunded_amount"], whole["status"], whole["charged"]) == ("30.00", "refunded", True)
    assert int(completed.data(f"visits/{SMITH}", OWN)["status"]) == 50
    for path in ("visits/refund", "visits/charge"):
        refused(completed.post(path, OWN, id=SMITH, submit=True), 400, f"Visit {SMITH} is already refunded.")


def test_a_refused_refund_gives_nothing_back(completed):
    completed.done("visits/charge", OWN, id=SMITH, submit=True)
    refused(completed.post("visits/refund", OWN, id=SMITH, reason=["x"]), 400, "reason is not valid.")
    (payment,) = completed.data("payments", OWN, visit_id=SMITH)
    assert (payment["refunded_amount"], payment["status"]) == ("0.00", "paid")


def test_nothing_charged_nothing_refunded(completed):
    refused(completed.post("visits/refund", OWN, id=SMITH), 400, f"Visit {SMITH} is not charged.")


# -- list ----------------------------------------------------------------------------------------------


def test_payments_newest_first_in_pages(asker):
    whole = asker.get("payments", "app").json()
    assert whole["total_count"] == len(whole["data"]) == 5
    created = [entry["created"] for entry in whole["data"]]
    assert created == sorted(created, reverse=True)
    pages = [asker.data("payments", "clinic.admin", page=page, limit=2) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [entry for page in pages for entry in page] == whole["data"]
    assert asker.get("payments", "app", limit="many").status_code == 400


def test_filters(asker):
    def found(**query):
        return {entry["visit_id"] for entry in asker.data("payments", "app", **query)}

    assert found(visit_id="48227") == found(member_id="7315") == found(status="paid") == {"48227"}
    assert found(room_code="w4n8q") == {"48227", "48233"}
    assert found(status="failed,pending") == {"48225", "48228"}
    newest = asker.data("payments", "app")[0]
    assert found(start_time=newest["created"]) == {newest["visit_id"]}
    assert found(end_time=newest["created"] - 1) == found() - {newest["visit_id"]}
    assert found(visit_id="1") == set()
    refused(asker.get("payments", "app", status="lost"), 400, "status is not valid.")


def test_who_sees_payments(asker):
    own = asker.data("payments", "noor.haddad")
    assert {entry["provider_id"] for entry in own} == {"612"}
    assert asker.data("payments", "noor.haddad", visit_id="48227") == []
    for who in ("front.desk", "mira.okafor"):
        refused(asker.get("payments", who), 403, "Forbidden")


def test_forms_of_payments(asker):
    rows = asker.data("payments", "app")
    for row in rows:
        assert AMOUNT.fullmatch(row["amount"])
        assert AMOUNT.fullmatch(row["refunded_amount"])
        assert isinstance(row["created"], int)
    assert {row["currency"] for row in rows} == {"USD", "$"}
    refunded = next(row for row in rows if row["status"] == "refunded")
    assert int(asker.data(f"visits/{refunded['visit_id']}", "app")["status"]) == 50


def test_currency_of_rooms_under_both_names_and_in_both_forms(asker):
    found = [asker.data(f"rooms/{code}")["payment"] for code in ("k7m2p", "w4n8q", "d3r9x", "h6t1z")]
    assert {"currency", "paymentCurrency", "__note__"} <= set(found[0])
    assert any("currency" not in prices for prices in found)
    assert any("paymentCurrency" not in prices for prices in found)
    assert {prices.get("currency", "USD") for prices in found} == {"USD", "$"}
