"""Reports over HTTPS: only to whom this machine trusts, and with the same end to slow answers."""

import ipaddress
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from host_agent.gateway_state import GatewayStatus
from tests.support.fleet_gateway import FleetGateway, answer_with, trickle_headers
from tests.support.fleet_host import ANSWER_WITHIN_S, fleet_host

TOKEN = "enrol-lab-1"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for loopback that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    certificate_file, key_file = folder / "gateway.pem", folder / "gateway.key"
    certificate_file.write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_file.write_bytes(private)
    return certificate_file, key_file


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    return make_certificate(tmp_path)


@pytest.fixture
def gateway(certificate: tuple[Path, Path]) -> Iterator[FleetGateway]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with FleetGateway(TOKEN, context=context) as opened:
        yield opened


def test_a_gateway_that_this_machine_does_not_trust_gets_nothing(
    gateway: FleetGateway, tmp_path: Path
) -> None:
    with fleet_host(tmp_path, gateway.url, TOKEN) as host:
        assert host.service.step() > 0
        state = host.service.state()
        assert state.status is GatewayStatus.UNREACHABLE
        assert "certificate" in state.sentence.lower()
        assert not gateway.enrolments


def test_a_trusted_gateway_is_reported_to_and_cannot_keep_the_host_waiting(
    gateway: FleetGateway,
    certificate: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with fleet_host(tmp_path, gateway.url, TOKEN) as host:
        host.steps()
        assert host.service.state().status is GatewayStatus.ONLINE
        gateway.before.append(trickle_headers)
        host.pass_time(10)
        before_s = time.monotonic()
        assert host.service.step() > 0
        assert time.monotonic() - before_s < ANSWER_WITHIN_S + 2
        assert host.service.state().status is GatewayStatus.UNREACHABLE
        host.pass_time(10)
        host.steps()
        assert host.service.state().status is GatewayStatus.ONLINE


def test_a_secure_gateway_cannot_send_the_credential_into_the_clear(
    gateway: FleetGateway,
    certificate: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    plain = b'{"success": true, "data": {"host_id": "h", "heartbeat_url": "http://h/", "interval_s": 10}}'
    with fleet_host(tmp_path, gateway.url, TOKEN) as host:
        gateway.before.append(answer_with(200, plain))
        host.service.step()
        state = host.service.state()
        assert (state.status, state.code) == (GatewayStatus.UNREACHABLE, "gateway_nonsense")
        assert "safe" in state.sentence
