"""Saved views of the wall over HTTP."""

from typing import Any

from gateway.accounts.permissions import caller, requires
from gateway.wall.views.schemas import (
    NEW_VIEW_EXAMPLE,
    VIEW_EXAMPLE,
    NewWallViewSchema,
    WallViewChangeSchema,
    WallViewSchema,
)
from gateway.wall.views.views import WallView, WallViews
from shared.http.deed import tell_deed
from shared.http.envelope import EnvelopeBlueprint, PageQuerySchema
from shared.http.provided import provided
from shared.paging import Page

blp = EnvelopeBlueprint(
    "wall views", __name__, url_prefix="/api/v1/wall/views", description="Which devices a wall shows, saved."
)


@blp.get("")
@requires("archive:read")
@blp.query(PageQuerySchema)
@blp.page(WallViewSchema, description="Views by name.", example=VIEW_EXAMPLE)
@blp.errors(503)
def list_wall_views(query: dict[str, Any]) -> Page[WallView]:
    """Your own views and those that others share

    Tiles of devices that you may not see are null.
    """
    return provided(WallViews).page(caller(), query["page_query"])


@blp.post("")
@requires("archive:read")
@blp.body(NewWallViewSchema, example=NEW_VIEW_EXAMPLE)
@blp.data(WallViewSchema, status=201, description="The view.", example=VIEW_EXAMPLE)
@blp.errors(404, 409, 503)
def save_wall_view(asked: dict[str, Any]) -> WallView:
    """Save a view; its name is unique among yours"""
    view = provided(WallViews).add(caller(), asked["name"], asked["shared"], asked["layout"])
    tell_deed("wall-view", view.id, view.name, shared=view.shared, devices=sorted(view.layout.devices))
    return view


@blp.put("/<id:view_id>")
@requires("archive:read")
@blp.body(WallViewChangeSchema, example=NEW_VIEW_EXAMPLE)
@blp.data(WallViewSchema, description="The view.", example=VIEW_EXAMPLE)
@blp.errors(404, 409, 503)
def change_wall_view(asked: dict[str, Any], view_id: str) -> WallView:
    """Change a view of yours, or as an admin a shared one; what is not sent stays"""
    view = provided(WallViews).change(caller(), view_id, asked)
    tell_deed(
        "wall-view",
        view.id,
        view.name,
        changed=sorted(asked),
        owner=view.owner,
        shared=view.shared,
        devices=sorted(view.layout.devices),
    )
    return view


@blp.delete("/<id:view_id>")
@requires("archive:read")
@blp.data(None, description="The view is gone.")
@blp.errors(404, 503)
def delete_wall_view(view_id: str) -> None:
    """Delete a view of yours, or as an admin a shared one"""
    tell_deed("wall-view", view_id, provided(WallViews).delete(caller(), view_id))
