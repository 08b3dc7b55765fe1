"""Hosts and devices of the fleet, for those who watch and control them."""

from typing import Any

from gateway.accounts.permissions import caller, requires
from gateway.hosts.command_repository import HostCommand
from gateway.hosts.device_control import Action, ControlOutcome, DeviceControl
from gateway.hosts.device_list import DeviceList, ListedDevice
from gateway.hosts.enrolment import Enrolment, NewToken
from gateway.hosts.enrolment_repository import ListedToken
from gateway.hosts.host_list import HostList, ListedHost
from gateway.hosts.host_removal import HostRemoval
from gateway.hosts.host_states import HostState
from gateway.hosts.schemas import (
    COMMAND_EXAMPLE,
    CONTROL_EXAMPLE,
    DEVICE_EXAMPLE,
    HOST_EXAMPLE,
    LISTED_TOKEN_EXAMPLE,
    TOKEN_EXAMPLE,
    TOKEN_REQUEST_EXAMPLE,
    CommandSchema,
    ControlSchema,
    DeviceGroupSchema,
    DeviceSchema,
    DevicesQuerySchema,
    HostSchema,
    HostsQuerySchema,
    ListedTokenSchema,
    TokenRequestSchema,
    TokenSchema,
)
from gateway.hosts.state_words import Word
from shared.http.deed import changes_of, tell_deed
from shared.http.envelope import EnvelopeBlueprint, PageQuerySchema
from shared.http.provided import provided
from shared.paging import Page

blp = EnvelopeBlueprint(
    "hosts", __name__, url_prefix="/api/v1", description="Hosts and devices of the fleet."
)


# -- hosts ---------------------------------------------------------------------------------------


@blp.post("/hosts/enrolment-tokens")
@requires("hosts:enrol")
@blp.body(TokenRequestSchema, example=TOKEN_REQUEST_EXAMPLE)
@blp.data(TokenSchema, status=201, description="The token, this once.", example=TOKEN_EXAMPLE)
@blp.errors(503)
def make_enrolment_token(asked: dict[str, Any]) -> NewToken:
    """Make a token that one host of that name can enrol with, once"""
    made = provided(Enrolment).make_token(
        asked["host_name"],
        asked["networks"],
        replaces_host=asked["replaces_host"],
        valid_hours=asked["valid_hours"],
        created_by=caller().user_id,
    )
    tell_deed(
        "enrolment-token",
        made.id,
        made.host_name,
        networks=made.networks,
        replaces_host=made.replaces_host,
        expires_at=made.expires_at,
    )
    return made


@blp.get("/hosts/enrolment-tokens")
@requires("hosts:enrol")
@blp.query(PageQuerySchema)
@blp.page(ListedTokenSchema, description="Tokens, the newest first.", example=LISTED_TOKEN_EXAMPLE)
def list_enrolment_tokens(query: dict[str, Any]) -> Page[ListedToken]:
    """Enrolment tokens, used and unused; none tells its secret"""
    return provided(Enrolment).tokens(query["page_query"])


@blp.delete("/hosts/enrolment-tokens/<id:token_id>")
@requires("hosts:enrol")
@blp.data(None, description="Nobody can enrol with it any more.")
@blp.errors(404)
def delete_enrolment_token(token_id: str) -> None:
    """Withdraw a token that nobody has used"""
    provided(Enrolment).withdraw_token(token_id)
    tell_deed("enrolment-token", token_id)


@blp.delete("/hosts/<host_name:host>/credential")
@requires("hosts:enrol")
@blp.data(None, description="The host is not listened to any more.")
@blp.errors(404, 503)
def revoke_host(host: str) -> None:
    """Revoke a host's credential; it needs a new enrolment token to come back"""
    provided(Enrolment).revoke(host, caller().scope)
    tell_deed("host", host, host)


@blp.delete("/hosts/<host_name:host>")
@requires("hosts:enrol")
@blp.data(None, description="The host is none of the fleet any more.")
@blp.errors(404, 409, 503)
def remove_host(host: str) -> None:
    """Remove a revoked host, whose machine is gone for good

    It leaves lists, counts and metrics, with its devices. Cameras that it recorded for the gateway have no
    host then. What it reported stays (activity, events, the rows of its own cameras); a host that enrols
    under its name has its devices again.
    """
    removed = provided(HostRemoval).remove(host, caller().scope)
    tell_deed("host", host, host, devices=removed.devices, cameras_without_host=removed.released)


@blp.get("/hosts")
@requires("hosts:read")
@blp.query(HostsQuerySchema)
@blp.page(HostSchema, description="Hosts by name.", example=HOST_EXAMPLE)
@blp.errors(503)
def list_hosts(query: dict[str, Any]) -> Page[ListedHost]:
    """Hosts: state, clock, disks, devices in brief

    Who is limited to camera groups sees the hosts of their devices, and of these hosts only their devices.
    """
    state = None if query["state"] is None else HostState(query["state"])
    return provided(HostList).page(caller().scope, query["page_query"], state=state, search=query["search"])


@blp.get("/hosts/<host_name:host>")
@requires("hosts:read")
@blp.data(HostSchema, description="The host.", example=HOST_EXAMPLE)
@blp.errors(404, 503)
def get_host(host: str) -> ListedHost:
    """One host"""
    return provided(HostList).host(host, caller().scope)


@blp.get("/hosts/<host_name:host>/commands")
@requires("hosts:read")
@blp.query(PageQuerySchema)
@blp.page(CommandSchema, description="Commands, the newest first.", example=COMMAND_EXAMPLE)
@blp.errors(404, 503)
def list_commands(query: dict[str, Any], host: str) -> Page[HostCommand]:
    """Commands that waited for a host that could not be reached, and what became of them"""
    return provided(DeviceControl).commands(host, query["page_query"], caller().scope)


# -- devices -------------------------------------------------------------------------------------


@blp.get("/devices")
@requires("cameras:read")
@blp.query(DevicesQuerySchema)
@blp.page(DeviceSchema, description="Devices by name.", example=DEVICE_EXAMPLE)
@blp.errors(503)
def list_devices(query: dict[str, Any]) -> Page[ListedDevice]:
    """Devices of all hosts, with their states"""
    return provided(DeviceList).page(
        caller().scope,
        query["page_query"],
        host=query["host"],
        group=query["group"],
        search=query["search"],
        word=None if query["word"] is None else Word(query["word"]),
    )


@blp.get("/devices/<host_name:host>/<device_name:device>")
@requires("cameras:read")
@blp.data(DeviceSchema, description="The device.", example=DEVICE_EXAMPLE)
@blp.errors(404, 503)
def get_device(host: str, device: str) -> ListedDevice:
    """One device, with its state"""
    return provided(DeviceList).device(host, device, caller().scope)


@blp.put("/devices/<host_name:host>/<device_name:device>")
@requires("cameras:write")
@blp.body(DeviceGroupSchema, example={"group_id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"})
@blp.data(DeviceSchema, description="The device.", example=DEVICE_EXAMPLE)
@blp.errors(404, 409, 503)
def put_device(asked: dict[str, Any], host: str, device: str) -> ListedDevice:
    """Put a device into a camera group, or into none

    Who is limited to camera groups moves devices between these only.
    """
    devices, scope = provided(DeviceList), caller().scope
    before = devices.device(host, device, scope)
    after = devices.put_in_group(host, device, asked["group_id"], scope)
    tell_deed(
        "device",
        after.full_name,
        after.full_name,
        changes=changes_of({"group": before.group}, {"group": after.group}),
    )
    return after


@blp.post("/devices/<host_name:host>/<device_name:device>/start")
@requires("hosts:control")
@blp.data(ControlSchema, status=202, description="It is asked for.", example=CONTROL_EXAMPLE)
@blp.errors(404, 409, 502, 503)
def start_device(host: str, device: str) -> ControlOutcome:
    """Record a device that was stopped"""
    return _control(host, device, "start")


@blp.post("/devices/<host_name:host>/<device_name:device>/stop")
@requires("hosts:control")
@blp.data(ControlSchema, status=202, description="It is asked for.", example=CONTROL_EXAMPLE)
@blp.errors(404, 409, 502, 503)
def stop_device(host: str, device: str) -> ControlOutcome:
    """Stop recording a device until it is started again"""
    return _control(host, device, "stop")


@blp.post("/devices/<host_name:host>/<device_name:device>/restart")
@requires("hosts:control")
@blp.data(ControlSchema, status=202, description="It is asked for.", example=CONTROL_EXAMPLE)
@blp.errors(404, 409, 502, 503)
def restart_device(host: str, device: str) -> ControlOutcome:
    """Restart a device's recorder; a stopped device is started

    A host that cannot be reached is told with its next heartbeat, within ten minutes.
    """
    return _control(host, device, "restart")


def _control(host: str, device: str, action: Action) -> ControlOutcome:
    user = caller()
    outcome = provided(DeviceControl).control(host, device, action, user.username, user.scope)
    name = f"{host}/{device}"
    tell_deed("device", name, name, delivered=outcome.delivered)
    return outcome
