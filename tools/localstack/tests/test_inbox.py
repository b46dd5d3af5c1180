"""The inbox over real SMTP and HTTP, as a process."""

from __future__ import annotations

import re
import smtplib
import sys
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from localstack.ports import Ports
from localstack.processes import Process
from localstack.waiting import until


class Inbox:
    def __init__(self, data: Path) -> None:
        ports = Ports(data)
        self.smtp_port, self.http_port = ports.get("smtp"), ports.get("inbox")
        where = ["--smtp-port", str(self.smtp_port), "--http-port", str(self.http_port)]
        command = [sys.executable, "-m", "localstack.inbox", *where, "--data", data / "mails"]
        self.process = Process("inbox", command, log=data / "inbox.log")
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.http_port}", timeout=5)

    async def start(self) -> None:
        await self.process.start()
        await self.process.ready(lambda: until(self._answers), within_s=20)

    async def _answers(self) -> bool:
        try:
            return (await self.http.get("/ready")).status_code == 200
        except httpx.TransportError:
            return False

    async def fault(self, verb: str, fault: str, times: int = 1) -> None:
        answer = await self.http.post(
            "/_faults", json={"verb": verb, "fault": fault, "times": times}
        )
        assert answer.status_code == 201

    async def subjects(self, **query: str) -> list[str]:
        items = (await self.http.get("/messages", params=query)).json()["items"]
        return [item["subject"] for item in items]

    def send(
        self,
        subject: str,
        to: str = "ana@example.com",
        timeout: float = 5,
        html: str | None = None,
    ) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "gifts@example.com", to, subject
        mail["Message-ID"] = f"<{subject.replace(' ', '-')}@example.com>"
        mail.set_content("Tu regalo está en camino 🎁\n")
        if html is not None:
            mail.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=timeout) as smtp:
            smtp.send_message(mail)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inbox]:
    inbox = Inbox(tmp_path_factory.mktemp("inbox"))
    await inbox.start()
    yield inbox
    await inbox.http.aclose()
    await inbox.process.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def inbox(running: Inbox) -> Inbox:
    await running.http.delete("/messages")
    await running.http.delete("/_faults")
    return running


async def test_a_mail_is_listed_with_its_words_and_headers(inbox: Inbox) -> None:
    inbox.send("placed")
    answer = (await inbox.http.get("/messages")).json()
    [mail] = answer["items"]
    assert answer["next"] is None
    assert (mail["from"], mail["to"], mail["subject"]) == (
        "gifts@example.com",
        ["ana@example.com"],
        "placed",
    )
    assert mail["message_id"] == "<placed@example.com>"
    assert mail["text"].strip() == "Tu regalo está en camino 🎁"
    assert mail["html"] is None
    assert mail["headers"]["To"] == "ana@example.com"
    assert (await inbox.http.get(f"/messages/{mail['id']}")).json() == mail
    assert (await inbox.http.get("/messages/none")).status_code == 404


async def test_mails_are_found_by_address_and_subject_and_come_in_pages(inbox: Inbox) -> None:
    for subject, to in [("one", "a@example.com"), ("two", "B@example.com"), ("two b", "b@x.org")]:
        inbox.send(subject, to)
    assert await inbox.subjects(to="b@example.com") == ["two"]
    assert await inbox.subjects(subject="two") == ["two", "two b"]
    page = (await inbox.http.get("/messages", params={"limit": 2})).json()
    assert await inbox.subjects(cursor=page["next"]) == ["two b"]


async def test_mails_are_still_there_after_a_kill(inbox: Inbox) -> None:
    inbox.send("kept")
    await inbox.process.kill()
    await inbox.start()
    assert await inbox.subjects() == ["kept"]


async def test_a_refusal_strikes_as_often_as_asked_and_nothing_is_kept(inbox: Inbox) -> None:
    await inbox.fault("data", "450", times=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError) as refused:
            inbox.send("refused")
        assert refused.value.smtp_code == 450
    inbox.send("third")
    assert await inbox.subjects() == ["third"]


async def test_a_recipient_a_sender_and_a_connection_can_be_refused(inbox: Inbox) -> None:
    await inbox.fault("rcpt", "550")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        inbox.send("nobody")
    await inbox.fault("mail", "452")
    with pytest.raises(smtplib.SMTPSenderRefused):
        inbox.send("from nobody")
    await inbox.fault("connect", "421")
    with pytest.raises(smtplib.SMTPConnectError):
        inbox.send("not now")
    assert await inbox.subjects() == []


async def test_a_lost_answer_leaves_the_mail_in_the_inbox(inbox: Inbox) -> None:
    await inbox.fault("data", "abort_after_data")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        inbox.send("answer lost")
    assert await inbox.subjects() == ["answer lost"]


async def test_a_cut_connection_leaves_nothing(inbox: Inbox) -> None:
    await inbox.fault("data", "abort")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        inbox.send("cut")
    assert await inbox.subjects() == []


async def test_a_hanging_inbox_gives_no_answer_and_serves_others(inbox: Inbox) -> None:
    await inbox.fault("data", "hang")
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        inbox.send("hangs", timeout=0.5)
    inbox.send("passes")
    assert await inbox.subjects() == ["passes"]


async def test_an_unknown_fault_is_refused(inbox: Inbox) -> None:
    answer = await inbox.http.post("/_faults", json={"verb": "data", "fault": "explode"})
    assert answer.status_code == 422


async def test_people_see_the_newest_mail_first_and_each_on_a_page(inbox: Inbox) -> None:
    inbox.send("first <one>")
    inbox.send("second", to="ben@example.com")
    page = await inbox.http.get("/")
    assert page.text.index("second") < page.text.index("first &lt;one&gt;")
    assert "script" not in page.headers["Content-Security-Policy"]
    assert "first" not in (await inbox.http.get("/", params={"to": "BEN@example.com"})).text
    [_, mail] = (await inbox.http.get("/messages")).json()["items"]
    assert f'href="/messages/{mail["id"]}/view"' in page.text
    shown = await inbox.http.get(f"/messages/{mail['id']}/view")
    assert "Tu regalo está en camino 🎁" in shown.text
    assert "<iframe" not in shown.text
    assert (await inbox.http.get(f"/messages/{mail['id']}/html")).status_code == 404
    assert (await inbox.http.get("/messages/none/view")).status_code == 404


async def test_html_of_a_mail_is_shut_in_a_frame_that_runs_nothing(inbox: Inbox) -> None:
    inbox.send("evil", html="<html><head></head><body><script>x</script>Hi</body></html>")
    [mail] = (await inbox.http.get("/messages")).json()["items"]
    page = (await inbox.http.get(f"/messages/{mail['id']}/view")).text
    assert "<script>" not in page
    [frame] = re.findall(r"<iframe [^>]*>", page)
    assert f'src="/messages/{mail["id"]}/html"' in frame
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    html = await inbox.http.get(f"/messages/{mail['id']}/html")
    policy = html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy + frame


async def test_more_mails_than_a_page_holds_are_reached_by_older(inbox: Inbox) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=5) as smtp:
        for number in range(101):
            smtp.sendmail("a@x.org", "b@x.org", f"Subject: mail-{number:03}\r\n\r\nHi\r\n")
    seen, page = [], (await inbox.http.get("/")).text
    seen += re.findall(r"mail-\d{3}", page)
    [older] = re.findall(r'href="(/\?before=\d+)"', page)
    page = (await inbox.http.get(older)).text
    seen += re.findall(r"mail-\d{3}", page)
    assert seen == [f"mail-{number:03}" for number in reversed(range(101))]
    assert ">Older<" not in page
