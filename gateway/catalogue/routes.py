"""Groups of cameras, which make it possible to limit users to some of them."""

from typing import Any

from gateway.accounts.permissions import caller, requires
from gateway.catalogue.group_repository import CameraGroup, CameraGroups
from gateway.catalogue.schemas import (
    GROUP_EXAMPLE,
    NEW_GROUP_EXAMPLE,
    GroupChangeSchema,
    GroupSchema,
    GroupsQuerySchema,
    NewGroupSchema,
)
from shared.http.deed import changes_of, tell_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.paging import Page

blp = EnvelopeBlueprint(
    "groups", __name__, url_prefix="/api/v1/cameras/groups", description="Groups of cameras."
)


@blp.get("")
@requires("cameras:read")
@blp.query(GroupsQuerySchema)
@blp.page(GroupSchema, description="Groups by name.", example=GROUP_EXAMPLE)
@blp.errors(503)
def list_groups(query: dict[str, Any]) -> Page[CameraGroup]:
    """Camera groups; who is limited to some sees these"""
    return provided(CameraGroups).page(caller().scope, query["page_query"], search=query["search"])


@blp.post("")
@requires("cameras:write")
@blp.body(NewGroupSchema, example=NEW_GROUP_EXAMPLE)
@blp.data(GroupSchema, status=201, description="The group.", example=GROUP_EXAMPLE)
@blp.errors(409, 503)
def make_group(asked: dict[str, Any]) -> CameraGroup:
    """Make a camera group"""
    made = provided(CameraGroups).add(asked["name"], asked["location"], caller().scope)
    tell_deed("group", made.id, made.name, changes=changes_of({}, _told_of(made)))
    return made


@blp.put("/<id:group_id>")
@requires("cameras:write")
@blp.body(GroupChangeSchema, example=NEW_GROUP_EXAMPLE)
@blp.data(GroupSchema, description="The group.", example=GROUP_EXAMPLE)
@blp.errors(404, 409, 503)
def change_group(asked: dict[str, Any], group_id: str) -> CameraGroup:
    """Change a camera group; what is not sent stays"""
    before, after = provided(CameraGroups).change(group_id, asked, caller().scope)
    tell_deed("group", after.id, after.name, changes=changes_of(_told_of(before), _told_of(after)))
    return after


@blp.delete("/<id:group_id>")
@requires("cameras:write")
@blp.data(None, description="The group is gone; its cameras are in none.")
@blp.errors(404, 503)
def delete_group(group_id: str) -> None:
    """Delete a camera group"""
    gone = provided(CameraGroups).delete(group_id, caller().scope)
    tell_deed("group", gone.id, gone.name, changes=changes_of(_told_of(gone), {}), cameras=gone.cameras)


def _told_of(group: CameraGroup) -> dict[str, object]:
    return {"name": group.name, "location": group.location}
