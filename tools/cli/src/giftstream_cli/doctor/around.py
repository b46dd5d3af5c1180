"""What lies around the services: MongoDB, the sealing key, the mail server, the public address."""

import asyncio
import smtplib
from pathlib import Path

import httpx
from giftstream.sealing import Sealing

from giftstream_cli.doctor.finding import Finding, failed, ok

DEADLINE_S = 10.0
SMTPS_PORT = 465
REFUSED = 400


def check_mongo(uri: str) -> Finding:
    """A primary of a replica set answers; whether majorities hold, the services say."""
    # Here, not above: the driver would double the time that every command takes to start.
    from giftstream import mongo

    async def ping() -> None:
        database = mongo.connect(uri, "admin", deadline_ms=int(DEADLINE_S * 1000))
        try:
            await mongo.ping(database)
        finally:
            mongo.close(database)

    remedy = "Check GIFTSTREAM_MONGO (user, password, replicaSet=…), and `rs.status()` there."
    try:
        asyncio.run(ping())
    except (mongo.PyMongoError, ValueError) as error:
        # Without the error's own words: they may quote the address with its password.
        return failed("mongo", f"No primary answers ({type(error).__name__}).", remedy)
    return ok("mongo", "A primary answers.")


def check_sealing_key(file: Path) -> Finding:
    """The file can be read, and all its keys are keys."""
    remedy = "One key a line, id:base64 of 32 random bytes, the current one first."
    try:
        sealing = Sealing.from_file(file)
    except OSError as error:
        detail = f"{file} cannot be read ({type(error).__name__})."
        return failed(
            "sealing key", detail, "Restore it from its backup: nothing opens without it."
        )
    except ValueError as error:
        return failed("sealing key", f"{file} is no key file: {error}.", remedy)
    return ok("sealing key", f"{file} is valid; the current key is {sealing.current_id}.")


def check_smtp(address: str) -> Finding:
    """The mail server greets and takes a NOOP; no mail is sent."""
    host, _, port = address.rpartition(":")
    remedy = "Check NOTIFICATION_SMTP, and that this machine may reach the mail server."
    if not (host and port.isdigit()):
        return failed("smtp", f"{address} is no host:port.", remedy)
    server = smtplib.SMTP_SSL if int(port) == SMTPS_PORT else smtplib.SMTP
    try:
        with server(host, int(port), timeout=DEADLINE_S) as connection:
            code, _said = connection.noop()
    except (OSError, smtplib.SMTPException) as error:
        return failed("smtp", f"{address} does not answer ({type(error).__name__}).", remedy)
    if code >= REFUSED:
        return failed("smtp", f"{address} answers {code}.", remedy)
    return ok("smtp", f"{address} answers.")


def check_webhooks(url: str) -> Finding:
    """The public address leads to store-sync, which refuses whoever has no valid token."""
    remedy = "Check STORE_SYNC_WEBHOOK_URL, DNS, certificate and proxy: stores call this address."
    try:
        answer = httpx.post(
            f"{url.rstrip('/')}/webhooks/doctor",
            content=b"{}",
            timeout=DEADLINE_S,
            trust_env=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return failed("webhooks", f"{url} does not answer ({type(error).__name__}).", remedy)
    if answer.status_code != httpx.codes.UNAUTHORIZED:
        detail = f"{url} answers {answer.status_code} where store-sync would say 401."
        return failed("webhooks", detail, remedy)
    return ok("webhooks", f"{url} answers, and lets no stranger in.")
