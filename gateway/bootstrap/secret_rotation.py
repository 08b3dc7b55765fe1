"""The rotation of stored secrets, put together for its command."""

from gateway.bootstrap.audit import record_command
from gateway.bootstrap.checks import check_before_serving
from gateway.closed_secrets_repository import ClosedSecretsRepository
from gateway.db.engine import create_database
from gateway.secret_box import SecretBox
from gateway.secret_rotation import RotatedColumn, SecretRotation, counts
from gateway.settings import GatewaySettings


def rotate_secrets(settings: GatewaySettings) -> list[RotatedColumn]:
    """Close all stored secrets with the newest key, and keep in the audit log that it was done.

    Raises SettingsError without a key and where some secrets cannot be opened; UnavailableError without a
    database.
    """
    check_before_serving(settings)
    engine = create_database(settings.database.url.get_secret_value(), pool_size=1)
    try:
        rotated = SecretRotation(
            ClosedSecretsRepository(engine), SecretBox(settings.security.secrets)
        ).rotate()
    finally:
        engine.dispose()
    if any(one.renewed for one in rotated):
        record_command(settings, "stored-secrets.rotate", "", "", {"tables": counts(rotated)})
    return rotated
