"""Where objects are kept, put together."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from gateway.settings import GatewaySettings, StorageSettings
from gateway.storage.local_storage import LocalStorage
from gateway.storage.signed_urls import UrlSigner
from gateway.storage.storage import Storage
from gateway.storage.stored_files import StoredFiles, TakeSlot
from shared.clock import Clock


def build_storage(
    settings: GatewaySettings, signer: UrlSigner, clock: Clock, new_id: Callable[[], str]
) -> Storage:
    """The S3 server where one is named, else the folder; nothing is touched yet."""
    storage = settings.storage
    if not storage.s3_endpoint_url:
        return LocalStorage(
            Path(storage.dir),
            signer,
            clock,
            new_id=new_id,
            largest_object_bytes=storage.largest_object_bytes,
        )
    # Half a second of every start that does without.
    from gateway.storage.s3_client import S3Address
    from gateway.storage.s3_storage import S3Storage

    return S3Storage(
        S3Address(
            storage.s3_endpoint_url,
            storage.s3_region,
            storage.s3_bucket,
            storage.s3_access_key,
            storage.s3_secret_key.get_secret_value(),
        ),
        largest_object_bytes=storage.largest_object_bytes,
    )


def build_stored_files(
    settings: GatewaySettings, storage: Storage, signer: UrlSigner, take_slot: TakeSlot
) -> StoredFiles:
    """What answers signed addresses. `take_slot`: of those that long answers have."""
    return StoredFiles(storage, signer, take_slot, largest_object_bytes=settings.storage.largest_object_bytes)


def storage_origin(settings: StorageSettings) -> str:
    """Where pages find objects beside the gateway itself; empty: nowhere."""
    if not settings.s3_endpoint_url:
        return ""
    found = urlsplit(settings.s3_endpoint_url)
    return f"{found.scheme}://{found.netloc}"
