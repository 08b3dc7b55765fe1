"""Routes whose answers stand in an envelope: `{"success": true, "data": …, "meta": …}`."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar, cast

import marshmallow as ma
from flask import Response

from shared.http.blueprint import ApiBlueprint
from shared.http.fields import QueryInteger
from shared.paging import LARGEST_PAGE, LAST_PAGE, PAGE_SIZE, Page, PageQuery

View = TypeVar("View", bound=Callable[..., Any])


class PageQuerySchema(ma.Schema):
    """`?page=&page_size=`; `limit` is another name of `page_size`. The keys load into `page_query`."""

    page = QueryInteger(
        load_default=1,
        validate=ma.validate.Range(1, LAST_PAGE),
        metadata={"description": "Which page, from 1.", "example": 1},
    )
    page_size = QueryInteger(
        load_default=None,
        allow_none=False,
        validate=ma.validate.Range(1, LARGEST_PAGE),
        metadata={"description": f"Items a page, {PAGE_SIZE} where not given.", "example": 20},
    )
    limit = QueryInteger(
        load_default=None,
        validate=ma.validate.Range(1, LARGEST_PAGE),
        metadata={"description": "The same as page_size.", "example": 20},
    )

    @ma.post_load
    def to_page_query(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        size, limit = data.pop("page_size"), data.pop("limit")
        if size is not None and limit is not None and size != limit:
            raise ma.ValidationError("is another name of page_size; give one of them.", "limit")
        data["page_query"] = PageQuery(data.pop("page"), size or limit or PAGE_SIZE)
        return data


class MetaSchema(ma.Schema):
    """Where a page stands in its list."""

    page = ma.fields.Integer(required=True)
    page_size = ma.fields.Integer(required=True, data_key="pageSize")
    total = ma.fields.Integer(required=True)
    total_pages = ma.fields.Integer(required=True, data_key="totalPages")


def meta_of(page: Page[Any]) -> dict[str, int]:
    """What MetaSchema shows of a page."""
    asked = page.asked
    return {
        "page": asked.page,
        "page_size": asked.page_size,
        "total": page.total,
        "total_pages": -(-page.total // asked.page_size),
    }


@cache
def _data_answer(schema: type[ma.Schema] | None, many: bool) -> type[ma.Schema]:
    """The envelope of `schema`; one class however often it is asked for: the document names each once."""
    field: ma.fields.Field[Any] = (
        ma.fields.Raw(metadata={"type": "null"})
        if schema is None
        else ma.fields.Nested(schema, required=True, many=many)
    )
    name = "Nothing" if schema is None else schema.__name__.removesuffix("Schema")
    return ma.Schema.from_dict(
        {"success": ma.fields.Boolean(required=True), "data": field},
        name=f"{name}{'List' if many else ''}Answer",
    )


@cache
def _page_answer(schema: type[ma.Schema]) -> type[ma.Schema]:
    """The envelope of a page of `schema`."""
    return ma.Schema.from_dict(
        {
            "success": ma.fields.Boolean(required=True),
            "data": ma.fields.List(ma.fields.Nested(schema), required=True),
            "meta": ma.fields.Nested(MetaSchema, required=True),
        },
        name=f"{schema.__name__.removesuffix('Schema')}Page",
    )


class EnvelopeBlueprint(ApiBlueprint):
    """Routes that return plain data or objects; the envelope is put around them here and nowhere else."""

    def data(
        self,
        schema: type[ma.Schema] | None,
        *,
        description: str,
        example: Any = None,
        status: int = 200,
        many: bool = False,
    ) -> Callable[[View], View]:
        """Answer with `{"success": true, "data": what the view returns}`; `schema` None: data is null.

        A view may return a Response instead, which is sent as it is. `example`: of `data`.
        """
        answer = {"success": True, "data": example}
        return self._enveloped(
            status, _data_answer(schema, many), description, answer, lambda made: {"data": made}
        )

    def page(self, schema: type[ma.Schema], *, description: str, example: Any) -> Callable[[View], View]:
        """Answer with a page of a list; the view returns a Page. `example`: of one item."""
        meta = {"page": 1, "pageSize": PAGE_SIZE, "total": 1, "totalPages": 1}
        answer = {"success": True, "data": [example], "meta": meta}
        return self._enveloped(
            200,
            _page_answer(schema),
            description,
            answer,
            lambda made: {"data": made.items, "meta": meta_of(made)},
        )

    def _enveloped(
        self,
        status: int,
        schema: type[ma.Schema],
        description: str,
        example: Any,
        fill: Callable[[Any], dict[str, Any]],
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            @wraps(view)
            def enveloping(*args: Any, **kwargs: Any) -> Any:
                made = view(*args, **kwargs)
                return made if isinstance(made, Response) else {"success": True, **fill(made)}

            answering = self.answer(status, schema, description=description, example=example)
            return cast(View, answering(enveloping))

        return declare
