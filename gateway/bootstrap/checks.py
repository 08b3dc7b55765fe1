"""What must be so before a process of the gateway serves."""

from sqlalchemy.exc import SQLAlchemyError

from gateway.db.engine import create_database
from gateway.db.schema_state import require_current
from gateway.settings import GatewaySettings, require_secret
from shared.errors import UnavailableError


def check_before_serving(settings: GatewaySettings) -> None:
    """Raises SettingsError without a secret, UnavailableError without a database or with another schema.

    To be called before the fork, so that the reason is said once and the process ends.
    """
    require_secret(settings)
    check_database(settings)


def check_database(settings: GatewaySettings) -> None:
    """Raises UnavailableError where there is no database, or one with another schema."""
    engine = create_database(settings.database.url.get_secret_value(), pool_size=1)
    try:
        require_current(engine)
    except SQLAlchemyError as error:
        sentence = " ".join(str(error.__cause__ or error).split())
        raise UnavailableError(
            f"The database cannot be used: {sentence}",
            remedy="Is PostgreSQL running, and DATABASE_URL right?",
        ) from None
    finally:
        engine.dispose()
