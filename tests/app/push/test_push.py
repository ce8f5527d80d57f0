"""Addresses and notifications against a real practice clinic."""

import pytest

from app.errors import Broken, Refused, Uncertain
from app.push.push import Push
from app.push.record import AddressType
from tests.practice import START, Practice
from tests.sessions import signed_in


async def test_addresses_come_and_go(clinic: Practice) -> None:
    session = await signed_in(clinic)
    try:
        push = Push(session._client)
        assert (await push.addresses()).records == ()
        mail = await push.add("noor@example.test", AddressType.EMAIL)
        phone = await push.add("device-1", AddressType.IOS)
        assert {address.id for address in (await push.addresses()).records} == {mail.id, phone.id}
        (listed,) = (await push.addresses(AddressType.IOS)).records
        assert "/APNS/" in listed.arn
        assert (await push.read(phone.id)).arn == ""
        assert (mail.user_id, mail.type, mail.created) == ("612", AddressType.EMAIL, START)
        await push.remove(mail.id)
        for act in (push.read(mail.id), push.remove(mail.id)):
            with pytest.raises(Refused) as refused:
                await act
            assert refused.value.status == 404
        with pytest.raises(Refused) as refused:
            await push.add("no address", AddressType.EMAIL)
        assert refused.value.message == "key is not valid."
    finally:
        await session.close()


async def test_notifications_newest_first(clinic: Practice) -> None:
    session = await signed_in(clinic)
    try:
        found = (await Push(session._client).notifications()).records
        moments = [notification.at for notification in found if notification.at]
        assert len(moments) == len(found) >= 3
        assert moments == sorted(moments, reverse=True)
        assert moments[0] < START
        assert {notification.read for notification in found} == {True, False}
        assert all(notification.title and not notification.unread for notification in found)
    finally:
        await session.close()


async def test_another_address_is_broken(clinic: Practice) -> None:
    session = await signed_in(clinic)
    try:
        mine = await Push(session._client).add("noor@example.test", AddressType.EMAIL)
    finally:
        await session.close()
    session = await signed_in(clinic, endpoints={"push.get": f"GET endpoints/{mine.id}"})
    try:
        with pytest.raises(Broken):
            await Push(session._client).read("another")
    finally:
        await session.close()


async def test_an_address_that_was_added_and_not_told_is_uncertain(clinic: Practice) -> None:
    session = await signed_in(clinic)
    try:
        clinic.weather("wrong_json", "push.add", body={"data": True}, times=1)
        with pytest.raises(Uncertain):
            await Push(session._client).add("noor@example.test", AddressType.EMAIL)
    finally:
        await session.close()
