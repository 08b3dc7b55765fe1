"""The forms of logins and users."""

from typing import Any

import marshmallow as ma

from gateway.accounts.user import (
    LONGEST_EMAIL,
    LONGEST_PASSWORD,
    ROLE_NAMES,
    SHORTEST_PASSWORD,
    USERNAME_PATTERN,
    NewUser,
    UserChanges,
    UserFilter,
)
from shared.http.envelope import PageQuerySchema
from shared.http.fields import UtcTime

_LONGEST_GROUPS = 1000
_SORT_KEYS = ("email", "username", "role", "created_at", "last_login_at")

USER_EXAMPLE = {
    "id": "0d4c7cf5-7a0f-4b9c-9a52-6b5e9f3c2a11",
    "email": "guard@example.com",
    "username": "guard",
    "role": "viewer",
    "is_active": True,
    "limited_to_groups": True,
    "camera_group_ids": ["8f2b6f0e-7f5c-4d53-9f7c-3f0f2f1f9b10"],
    "createdAt": "2026-11-21T09:00:00.000Z",
    "updatedAt": "2026-11-21T09:00:00.000Z",
    "last_login_at": "2026-11-21T14:00:00.000Z",
}
ME_EXAMPLE = {**USER_EXAMPLE, "permissions": ["archive:read", "cameras:read", "hosts:read"]}
LOGIN_EXAMPLE = {
    "accessToken": "eyJhbGciOiJIUzI1NiIs…",
    "refreshToken": "eyJhbGciOiJIUzI1NiIs…",
    "expires_in_s": 900,
    "user": ME_EXAMPLE,
}
NEW_USER_EXAMPLE = {
    "email": "guard@example.com",
    "username": "guard",
    "password": "a sentence is easy to remember",
    "role": "viewer",
    "limited_to_groups": True,
    "camera_group_ids": ["8f2b6f0e-7f5c-4d53-9f7c-3f0f2f1f9b10"],
}


class PlainText(ma.fields.String):
    """Text that can be stored and hashed: no control characters, no halves of surrogate pairs."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if any(ord(letter) < 0x20 or 0xD800 <= ord(letter) < 0xE000 for letter in text):
            raise ma.ValidationError("has characters that are no text.")
        return text


class EmailAddress(PlainText):
    """An e-mail address, in small letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=[ma.validate.Length(3, LONGEST_EMAIL), ma.validate.Email(error="is no e-mail address.")],
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).lower()


def _email(**kwargs: Any) -> EmailAddress:
    return EmailAddress(metadata={"description": "Unique.", "example": "guard@example.com"}, **kwargs)


def _username(**kwargs: Any) -> PlainText:
    return PlainText(
        validate=ma.validate.Regexp(
            USERNAME_PATTERN, error="must be 1 to 100 letters, digits, dots, dashes and underscores."
        ),
        metadata={"description": "Unique; no @ in it.", "example": "guard"},
        **kwargs,
    )


def _password(**kwargs: Any) -> PlainText:
    return PlainText(
        validate=ma.validate.Length(SHORTEST_PASSWORD, LONGEST_PASSWORD),
        load_only=True,
        metadata={"description": "Kept as an Argon2id hash.", "example": "a sentence is easy to remember"},
        **kwargs,
    )


def _role(**kwargs: Any) -> ma.fields.String:
    return ma.fields.String(
        validate=ma.validate.OneOf(ROLE_NAMES), metadata={"description": "What they may do."}, **kwargs
    )


def _groups(**kwargs: Any) -> ma.fields.List[str]:
    return ma.fields.List(
        PlainText(validate=ma.validate.Length(1, 36)),
        validate=ma.validate.Length(max=_LONGEST_GROUPS),
        metadata={"description": "The camera groups whose devices they see, where limited_to_groups."},
        **kwargs,
    )


class LoginRequestSchema(ma.Schema):
    """Who signs in."""

    username = PlainText(
        required=True,
        validate=ma.validate.Length(1, LONGEST_EMAIL),
        metadata={"description": "The username or the e-mail address.", "example": "guard"},
    )
    password = PlainText(
        required=True,
        validate=ma.validate.Length(1, LONGEST_PASSWORD),
        metadata={"example": "a sentence is easy to remember"},
    )
    cookies = ma.fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "For browsers: set http-only cookies, and no tokens in the answer."},
    )


class RefreshRequestSchema(ma.Schema):
    """Which login goes on, or ends; browsers send cookies instead."""

    refresh_token = PlainText(
        data_key="refreshToken",
        load_default=None,
        validate=ma.validate.Length(1, 8192),
        metadata={"description": "The newest one of the login; not where cookies are sent."},
    )


class PasswordChangeSchema(ma.Schema):
    """One's own password, another."""

    current_password = PlainText(
        required=True,
        validate=ma.validate.Length(1, LONGEST_PASSWORD),
        load_only=True,
        metadata={"description": "The present one.", "example": "a sentence is easy to remember"},
    )
    new_password = _password(required=True)


class UserSchema(ma.Schema):
    """A user."""

    id = ma.fields.String(required=True)
    email = ma.fields.String(required=True)
    username = ma.fields.String(required=True)
    role = ma.fields.String(required=True, metadata={"description": "admin, operator or viewer."})
    is_active = ma.fields.Boolean(required=True, metadata={"description": "false: may not sign in."})
    limited_to_groups = ma.fields.Boolean(
        required=True, metadata={"description": "Whether only devices of camera_group_ids are seen."}
    )
    camera_group_ids = ma.fields.List(ma.fields.String(), required=True)
    created_at = UtcTime(required=True, data_key="createdAt")
    updated_at = UtcTime(required=True, data_key="updatedAt")
    last_login_at = UtcTime(required=True, allow_none=True)


class MeSchema(UserSchema):
    """A user, and what their role lets them do."""

    permissions = ma.fields.List(ma.fields.String(), required=True)


class LoginSchema(ma.Schema):
    """A login. The tokens are missing where cookies carry them."""

    access_token = ma.fields.String(
        data_key="accessToken", metadata={"description": "To be sent as Authorization: Bearer."}
    )
    refresh_token = ma.fields.String(
        data_key="refreshToken", metadata={"description": "Good for one use at /api/v1/auth/refresh."}
    )
    expires_in_s = ma.fields.Integer(
        required=True, metadata={"description": "How long the access token is good."}
    )
    user = ma.fields.Nested(MeSchema, required=True)


class NewUserSchema(ma.Schema):
    """A user to be made; loads to a NewUser."""

    email = _email(required=True)
    username = _username(required=True)
    password = _password(required=True)
    role = _role(required=True)
    is_active = ma.fields.Boolean(load_default=True, truthy={True}, falsy={False})
    limited_to_groups = ma.fields.Boolean(load_default=False, truthy={True}, falsy={False})
    camera_group_ids = _groups(load_default=list)

    @ma.post_load
    def to_new_user(self, data: dict[str, Any], **_kwargs: Any) -> NewUser:
        return NewUser(**{**data, "camera_group_ids": tuple(dict.fromkeys(data["camera_group_ids"]))})


class UserChangesSchema(ma.Schema):
    """What is to be another; what is not sent stays as it is. Loads to UserChanges."""

    email = _email()
    username = _username()
    password = _password()
    role = _role()
    is_active = ma.fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "false ends the user's logins."}
    )
    limited_to_groups = ma.fields.Boolean(truthy={True}, falsy={False})
    camera_group_ids = _groups()

    @ma.post_load
    def to_changes(self, data: dict[str, Any], **_kwargs: Any) -> UserChanges:
        if "camera_group_ids" in data:
            data["camera_group_ids"] = tuple(dict.fromkeys(data["camera_group_ids"]))
        return UserChanges(**data)


class UserListQuerySchema(PageQuerySchema):
    """Which users are listed; loads to `page_query` and `wanted`, a UserFilter."""

    search = PlainText(
        load_default=None,
        validate=ma.validate.Length(1, 255),
        metadata={"description": "A part of the e-mail address or the username.", "example": "guard"},
    )
    role = ma.fields.String(
        load_default=None,
        validate=ma.validate.OneOf(ROLE_NAMES),
        metadata={"description": "Only users of this role.", "example": "viewer"},
    )
    is_active = ma.fields.Boolean(
        load_default=None,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Only active, or only disabled users.", "example": True},
    )
    sort = ma.fields.String(
        load_default="username",
        validate=ma.validate.OneOf([*_SORT_KEYS, *(f"-{key}" for key in _SORT_KEYS)]),
        metadata={"description": "The order; a minus turns it round.", "example": "username"},
    )

    @ma.post_load
    def to_filter(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        sort = data.pop("sort")
        data["wanted"] = UserFilter(
            search=data.pop("search"),
            role=data.pop("role"),
            is_active=data.pop("is_active"),
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
        )
        return data
