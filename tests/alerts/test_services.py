"""Services by their apprise URL, and the fence around our own network."""

import logging
import socket
import threading
from ipaddress import ip_network

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.alerts.channels import add_channel, deliver
from changeproof.alerts.fence import InsideOurNetwork, networks, outside_only
from changeproof.alerts.messages import Message
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import enqueue, send_waiting
from changeproof.alerts.services import NotTaken, service_at
from changeproof.events.refusal import Refusal
from changeproof.sources.guards import stands_outside

MESSAGE = Message("Changeproof: a test", "Nothing is wrong.\n", {"kind": "test"})


def test_a_service_takes_a_message(opened, receiver):
    channel = add_channel("service", f"json://ada:s3cr3t@{receiver.address}/in")
    deliver(channel, MESSAGE)
    [body] = receiver.bodies
    assert body["title"] == MESSAGE.title
    assert body["message"].strip() == MESSAGE.text.strip()


def test_a_service_that_refuses_says_its_status_and_no_address(opened, receiver, caplog):
    channel = add_channel("service", f"json://ada:s3cr3t@{receiver.address}/in")
    receiver.answers = [403]
    with pytest.raises(NotTaken) as refused:
        deliver(channel, MESSAGE)
    assert str(refused.value) == "it answered 403"
    receiver.answers = [500]
    enqueue([Notice("case", "case:1", "CHG-1")], 1)
    with caplog.at_level(logging.DEBUG):
        assert send_waiting(opened) == 0
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("change")]
    assert ours == ["an alert by service failed: NotTaken"]


def test_what_a_channel_is_shown_as_is_no_secret(opened):
    slack = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
    assert add_channel("service", slack).shown == "Slack"
    hook = add_channel("webhook", "https://ada:pw@hooks.example.com/services/s3cr3t?key=v")
    assert hook.shown == "hooks.example.com"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "slack",
        "nonsense://x",
        "slack://",
        "syslog://",
        "dbus://",
        "windows://",
        "vapid://ada@example.com/bo@example.com?keyfile=/etc/passwd",
        "mailto://ada:s3cr3t@example.com",
        "workflows://host/workflow/signature?template=/etc/passwd",
        "jsons://example.com/?verify=no",
        "jsons://example.com/?Redirect=yes",
        "jsons://example.com/?retry=1000&wait=60",
    ],
)
def test_what_reads_files_or_stays_here_is_no_service(url):
    with pytest.raises(Refusal) as refused:
        service_at(url)
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize("kind", ["webhook", "service"])
def test_no_alert_reaches_into_our_network(opened, receiver, settings, kind):
    scheme = "http" if kind == "webhook" else "json"
    channel = add_channel(kind, f"{scheme}://{receiver.address}/in")
    settings.ALERT_NETWORKS = (ip_network("10.0.0.0/8"),)
    with pytest.raises(InsideOurNetwork):
        deliver(channel, MESSAGE)
    enqueue([Notice("case", "case:1", "CHG-1")], 1)
    assert send_waiting(opened) == 0
    assert receiver.bodies == []
    channel.refresh_from_db()
    assert "CHANGEPROOF_ALERT_NETWORKS" in channel.trouble
    assert "127.0.0.1" not in channel.trouble


@pytest.mark.parametrize("kind", ["webhook", "service"])
def test_a_redirect_is_not_followed(opened, receiver, kind):
    scheme = "http" if kind == "webhook" else "json"
    channel = add_channel(kind, f"{scheme}://{receiver.address}/in")
    receiver.answers, receiver.redirect = [307], f"{receiver.url}/elsewhere"
    with pytest.raises(NotTaken) as refused:
        deliver(channel, MESSAGE)
    assert str(refused.value) == "it answered 307"
    assert receiver.bodies == []


def test_a_name_that_leads_inside_is_refused_at_the_connection(receiver):
    port = receiver.address.rpartition(":")[2]
    with pytest.raises(InsideOurNetwork), outside_only(()):
        httpx.post(f"http://localhost:{port}/in", json={})
    assert receiver.bodies == []


def test_a_refusal_that_a_library_swallows_is_still_one(receiver):
    host, _, port = receiver.address.partition(":")
    with pytest.raises(InsideOurNetwork), outside_only(()), socket.socket() as swallowing:
        swallowing.connect_ex((host, int(port)))


def test_the_fence_stands_in_its_own_thread_alone(receiver):
    done: list[int] = []

    def neighbour() -> None:
        done.append(httpx.post(f"{receiver.url}/in", json={}).status_code)

    with outside_only(()):
        thread = threading.Thread(target=neighbour)
        thread.start()
        thread.join()
    assert done == [200]
    assert httpx.post(f"{receiver.url}/in", json={}).status_code == 200


def test_plain_http_is_for_networks_of_our_own(opened):
    with pytest.raises(Refusal):
        add_channel("webhook", "http://hooks.example.com/in")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_an_address_inside_is_known_however_it_is_written(address):
    assert not stands_outside(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_an_address_outside_is_known(address):
    assert stands_outside(address)


@given(st.ip_addresses(v=4))
def test_an_address_stands_where_it_stands_in_whatever_carries_it(address):
    carried = [f"::ffff:{address}", f"64:ff9b::{address}"]
    assert {stands_outside(each) for each in carried} == {stands_outside(str(address))}


def test_networks_are_read_or_refused():
    assert networks(" 10.1.0.0/16,fd00::/8 ,") == (
        ip_network("10.1.0.0/16"),
        ip_network("fd00::/8"),
    )
    with pytest.raises(ValueError, match="10"):
        networks("10.1.0.0/99")
