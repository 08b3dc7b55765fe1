"""Whether objects can be kept: the folder written, or the bucket reached with these keys."""

from gateway.bootstrap.storage import build_storage
from gateway.settings import GatewaySettings
from gateway.storage.signed_urls import UrlSigner
from shared.clock import SystemClock
from shared.errors import ColdframeError
from shared.finding import Finding, ok, problem


def examine_storage(settings: GatewaySettings) -> Finding:
    """Try it once. A folder or a bucket that is missing is made, as the gateway would."""
    clock = SystemClock()
    signer = UrlSigner(settings.security.secrets, clock)
    try:
        build_storage(settings, signer, clock, lambda: "").check()
    except ColdframeError as error:
        return problem("storage", error.message, error.remedy)
    kept = settings.storage
    if kept.s3_endpoint_url:
        return ok("storage", f"the bucket {kept.s3_bucket} at {kept.s3_endpoint_url} can be used.")
    return ok("storage", f"the folder {kept.dir} can be written.")
