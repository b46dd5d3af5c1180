"""A Kafka that wants TLS and a name: the services and the command get in, and say why if not."""

import asyncio
import datetime
import ipaddress
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from giftstream.clock import now
from localstack.ports import Ports
from localstack.servers import Servers
from localstack.servers.kafka import KafkaServer
from localstack.servers.kafka_config import Beyond
from support.ports import free_port
from support.processes import Process
from support.secrets import shared_environment

USER, PASSWORD = "giftstream", "a long one"


@dataclass(frozen=True)
class Secured:
    """Where it listens for strangers, and how a client of ours is told of it."""

    address: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
async def secured(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Secured]:
    """One broker: plain for itself, TLS and SCRAM for all others."""
    folder = tmp_path_factory.mktemp("secured")
    authority, own = certificates(folder)
    ports = Ports(folder)
    plain, controller, port = ports.get("kafka"), ports.get("kafka-controller"), free_port()
    strangers = "SECURED://127.0.0.1"
    beyond = Beyond(
        {
            "listeners": f"PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},"
            f"{strangers}:{port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{plain},{strangers}:{port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,"
            "SECURED:SASL_SSL",
            "inter.broker.listener.name": "PLAINTEXT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.secured.scram-sha-512.sasl.jaas.config": "org.apache.kafka.common."
            "security.scram.ScramLoginModule required;",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(own),
        },
        ["--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"],
    )
    server = KafkaServer(folder, ports, beyond=beyond)
    await server.start()
    (folder / "password").write_text(PASSWORD + "\n")
    yield Secured(
        f"127.0.0.1:{port}",
        {
            "GIFTSTREAM_KAFKA_SECURITY": "sasl_ssl",
            "GIFTSTREAM_KAFKA_CA_FILE": str(authority),
            "GIFTSTREAM_KAFKA_USER": USER,
            "GIFTSTREAM_KAFKA_PASSWORD_FILE": str(folder / "password"),
        },
    )
    await server.end()


def certificates(folder: Path) -> tuple[Path, Path]:
    """An authority, and the broker's key with the certificate that it signed: PEM files."""
    key, authority_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    signed_by = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an authority")])
    authority = _signed(signed_by, signed_by, authority_key, authority_key, ca=True)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a broker")])
    own = _signed(name, signed_by, key, authority_key, ca=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    (folder / "broker.pem").write_bytes(private + own.public_bytes(pem))
    return folder / "authority.pem", folder / "broker.pem"


def _signed(
    name: x509.Name,
    by: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    with_key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.Certificate:
    day = datetime.timedelta(days=1)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - day)
        .not_valid_after(now() + day)
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(with_key, hashes.SHA256())
    )


async def test_the_command_makes_topics_there_and_a_service_gets_ready(
    secured: Secured, servers: Servers, tmp_path: Path
) -> None:
    environment = shared_environment(tmp_path, secured.address, servers.mongo)
    environment |= secured.environment
    done = await applied(environment)
    assert done.returncode == 0, done.stderr
    assert "changes made" in done.stderr
    port = free_port()
    campaign = Process(
        ["-m", "campaign"], environment | {"CAMPAIGN_PORT": str(port)}, tmp_path / "campaign.log"
    )
    await campaign.start()
    try:
        await campaign.ready(f"http://127.0.0.1:{port}")
    finally:
        await campaign.end()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"GIFTSTREAM_KAFKA_USER": "somebody"}, "GIFTSTREAM_KAFKA_SECURITY and what goes with"),
        ({"GIFTSTREAM_KAFKA_USER": ""}, "GIFTSTREAM_KAFKA_USER is wrong (user and password file"),
        (
            {"GIFTSTREAM_KAFKA_PASSWORD_FILE": "nowhere"},
            "PASSWORD_FILE cannot be used: nowhere (No such",
        ),
        ({"GIFTSTREAM_KAFKA_CA_FILE": __file__}, "CA_FILE cannot be used: "),
        ({"GIFTSTREAM_KAFKA_SECURITY": "tls"}, "GIFTSTREAM_KAFKA_SECURITY is wrong"),
    ],
)
async def test_who_is_not_let_in_reads_why(
    secured: Secured, wrong: dict[str, str], said: str
) -> None:
    own = {"GIFTSTREAM_KAFKA": secured.address, **secured.environment}
    done = await applied(own | wrong)
    assert done.returncode in (2, 3)
    assert said in done.stderr
    assert PASSWORD not in done.stderr


async def applied(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """`giftstream topics apply` with these settings."""
    command = [sys.executable, "-m", "giftstream_cli", "topics", "apply"]
    return await asyncio.to_thread(
        subprocess.run,
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
