"""Whether a host analyses its own device as it is wanted, in words. Plain."""

from gateway.cameras.camera import Camera
from gateway.hosts.host_states import HostState


def detection_note(camera: Camera, state: HostState) -> str | None:
    """What to know of a host's own device whose analysis is not yet as this row says; None: it is, or the
    host does not have it any more."""
    if not camera.is_reported or _is_taken_over(camera):
        return None
    if state is HostState.REVOKED:
        return (
            f"The credential of the host {camera.host} was revoked: what is set here of its detection "
            "reaches it once it has enrolled again."
        )
    if state is HostState.OFFLINE:
        return (
            f"The host {camera.host} does not report: what is set here of its detection reaches it when it "
            "reports again."
        )
    if camera.detection_in_force is None:
        return (
            f"The agent of the host {camera.host} is older than this gateway and knows its host.toml alone: "
            "what is set here of its detection does not count there. Update the agent."
        )
    return (
        f"The host {camera.host} has not taken over yet what is set here of its detection; it does within "
        "20 s."
    )


def _is_taken_over(camera: Camera) -> bool:
    in_force = camera.detection_in_force
    if in_force is None:
        return not camera.overrides
    # Of what is neither set here nor told nothing is wanted.
    return camera.is_analysed in (None, in_force.enabled) and camera.sensitivity in (
        None,
        in_force.sensitivity,
    )
