"""Signing in and out, and users."""

from typing import Any

from flask import Response, after_this_request, request

from gateway.accounts import cookies
from gateway.accounts.access import bearer_token
from gateway.accounts.login import Asker, Login, Logins, WrongLoginError
from gateway.accounts.password_change import PasswordChange, WrongPasswordError
from gateway.accounts.permissions import PUBLIC, SIGNED_IN, caller, permissions_of, requires
from gateway.accounts.schemas import (
    LOGIN_EXAMPLE,
    ME_EXAMPLE,
    NEW_USER_EXAMPLE,
    USER_EXAMPLE,
    LoginRequestSchema,
    LoginSchema,
    MeSchema,
    NewUserSchema,
    PasswordChangeSchema,
    RefreshRequestSchema,
    UserChangesSchema,
    UserListQuerySchema,
    UserSchema,
)
from gateway.accounts.tokens import Claims, Kind, Tokens, check_csrf
from gateway.accounts.user import NewUser, User, UserChanges, UserFilter, name_to_keep, told_of
from gateway.accounts.users import Users
from shared.errors import UnauthorisedError
from shared.http.deed import changes_of, tell_deed, tell_doer, tell_failed_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.paging import Page, PageQuery

blp = EnvelopeBlueprint(
    "accounts", __name__, url_prefix="/api/v1", description="Signing in and out, and users."
)


@blp.post("/auth/login")
@requires(PUBLIC)
@blp.body(LoginRequestSchema, example={"username": "guard", "password": "a sentence is easy to remember"})
@blp.data(LoginSchema, description="Signed in.", example=LOGIN_EXAMPLE)
@blp.errors(401, 503)
def log_in(asked: dict[str, Any]) -> dict[str, Any]:
    """Sign in by username or e-mail address

    A program keeps both tokens. A browser asks for cookies, which no script can read, and sends the value
    of the cookie coldframe_csrf in the header X-CSRF-TOKEN with everything that is no GET.
    """
    try:
        login = provided(Logins).log_in(
            asked["username"], asked["password"], _asker(), media=asked["cookies"]
        )
    except WrongLoginError as error:
        typed = name_to_keep(asked["username"])
        tell_doer(None, typed)
        tell_failed_deed("user", error.user_id or "", typed, verb="fail-login")
        raise
    user = login.user
    tell_doer(user.id, user.username)
    tell_deed("user", user.id, user.username, verb="login", browser=asked["cookies"])
    return _signed_in(login, with_cookies=asked["cookies"])


@blp.post("/auth/refresh")
@requires(PUBLIC)
@blp.body(RefreshRequestSchema, example={"refreshToken": "eyJhbGciOiJIUzI1NiIs…"}, required=False)
@blp.data(LoginSchema, description="New tokens; the refresh token is used up.", example=LOGIN_EXAMPLE)
@blp.errors(401)
def refresh_login(asked: dict[str, Any]) -> dict[str, Any]:
    """Get a new access token by the refresh token, in the body or in its cookie

    A refresh token is good once; the answer has the next one. One that is used again after half a minute
    ends the login, as somebody else may have it.
    """
    offered, is_cookie = asked["refresh_token"], False
    if offered is None:
        offered, is_cookie = request.cookies.get(cookies.REFRESH), True
    if offered is None:
        raise UnauthorisedError(
            "There is no refresh token.", remedy="Send refreshToken, or its cookie; or sign in again."
        )
    claims = provided(Tokens).read(offered, "refresh")
    if is_cookie:
        check_csrf(claims, request.headers.get(cookies.CSRF_HEADER))
    return _signed_in(provided(Logins).refresh(claims), with_cookies=is_cookie)


@blp.post("/auth/logout")
@requires(PUBLIC)
@blp.body(RefreshRequestSchema, example={"refreshToken": "eyJhbGciOiJIUzI1NiIs…"}, required=False)
@blp.data(None, description="The login has ended, if it had not before.")
def log_out(asked: dict[str, Any]) -> None:
    """End the login of the token (access or refresh, in a header, the body or a cookie) that is sent

    None of its tokens and cookies is good any more. It is no error where there is no login any more.
    """
    sent: list[tuple[str | None, Kind]] = [(asked["refresh_token"], "refresh"), (bearer_token(), "access")]
    found = [claims for token, kind in sent if (claims := _claims(token, kind)) is not None]
    if not any(token for token, _ in sent) and cookies.has_cookies(request):
        found = _cookie_claims()
        after_this_request(_forget_cookies)
    for session_id in {claims.session_id for claims in found}:
        owner = provided(Logins).log_out(session_id)
        if owner is not None:
            tell_doer(owner.user_id, owner.username)
            tell_deed("user", owner.user_id, owner.username, verb="logout")


@blp.post("/auth/password")
@requires(SIGNED_IN)
@blp.body(
    PasswordChangeSchema,
    example={"current_password": "the one until now", "new_password": "a sentence is easy to remember"},
)
@blp.data(None, description="The new one counts; all other logins of yours have ended.")
@blp.errors(503)
def change_password(asked: dict[str, str]) -> None:
    """Change your own password

    The login that asks stays; all others of the same user end. A wrong present password is a 422 that names
    `current_password`; too many wrong ones are refused as failed logins are.
    """
    user = caller()
    about = ("user", user.user_id, user.username)
    try:
        ended = provided(PasswordChange).change(
            user, _asker().address, asked["current_password"], asked["new_password"]
        )
    except WrongPasswordError:
        tell_failed_deed(*about, verb="fail-change-password")
        raise
    tell_deed(*about, verb="change-password", other_logins_ended=ended)


@blp.get("/auth/me")
@requires(SIGNED_IN)
@blp.data(MeSchema, description="Who you are.", example=ME_EXAMPLE)
def get_me() -> dict[str, Any]:
    """The user who asks, and what their role lets them do"""
    return _me(provided(Users).user(caller().user_id))


@blp.get("/users")
@requires("users:admin")
@blp.query(UserListQuerySchema)
@blp.page(UserSchema, description="Users.", example=USER_EXAMPLE)
def list_users(query: dict[str, Any]) -> Page[User]:
    """List users"""
    wanted, asked = query["wanted"], query["page_query"]
    assert isinstance(wanted, UserFilter) and isinstance(asked, PageQuery)
    return provided(Users).page(wanted, asked)


@blp.post("/users")
@requires("users:admin")
@blp.body(NewUserSchema, example=NEW_USER_EXAMPLE)
@blp.data(UserSchema, status=201, description="The new user.", example=USER_EXAMPLE)
@blp.errors(409, 503)
def create_user(new: NewUser) -> User:
    """Make a user"""
    user = provided(Users).create(new)
    tell_deed("user", user.id, user.username, changes=changes_of({}, told_of(user)))
    return user


@blp.get("/users/<id:user_id>")
@requires("users:admin")
@blp.data(UserSchema, description="The user.", example=USER_EXAMPLE)
@blp.errors(404)
def get_user(user_id: str) -> User:
    """One user"""
    return provided(Users).user(user_id)


@blp.put("/users/<id:user_id>")
@requires("users:admin")
@blp.body(UserChangesSchema, example={"role": "operator", "limited_to_groups": False})
@blp.data(UserSchema, description="The user as they are now.", example=USER_EXAMPLE)
@blp.errors(404, 409, 503)
def change_user(changes: UserChanges, user_id: str) -> User:
    """Change what is sent of a user, and leave the rest as it is

    A new password, and disabling, end the user's logins; all else takes effect with their next request.
    The last active admin stays one, and nobody takes their own administration away.
    """
    changed = provided(Users).change(user_id, changes, caller().user_id)
    user = changed.after
    password = {} if changes.password is None else {"password": "changed"}
    tell_deed(
        "user", user.id, user.username, changes=changes_of(told_of(changed.before), told_of(user)), **password
    )
    return user


@blp.delete("/users/<id:user_id>")
@requires("users:admin")
@blp.data(None, description="The user is removed, with their logins and the views that they did not share.")
@blp.errors(404, 409)
def remove_user(user_id: str) -> None:
    """Remove a user; to keep what they did under their name, disable them instead

    Views of the wall that they share with everybody stay, and are yours then.
    """
    removed = provided(Users).remove(user_id, caller().user_id)
    user = removed.user
    tell_deed(
        "user",
        user.id,
        user.username,
        changes=changes_of(told_of(user), {}),
        shared_views_taken_over=removed.shared_views,
    )


def _asker() -> Asker:
    return Asker(request.remote_addr or "", (request.user_agent.string or "").replace("\0", ""))


def _me(user: User) -> dict[str, Any]:
    names = (name for name in MeSchema().fields if name != "permissions")
    return {**{name: getattr(user, name) for name in names}, "permissions": permissions_of(user.role)}


def _signed_in(login: Login, *, with_cookies: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"expires_in_s": int(login.access_token_s), "user": _me(login.user)}
    if not with_cookies:
        return {"access_token": login.access_token, "refresh_token": login.refresh_token, **answer}
    values = cookies.CookieValues(
        access=login.access_token,
        access_s=login.access_token_s,
        refresh=login.refresh_token,
        refresh_s=login.refresh_token_s,
        csrf=login.csrf,
        media=login.media_token,
    )

    def set_them(response: Response) -> Response:
        cookies.set_cookies(response, request, values)
        return response

    after_this_request(set_them)
    return answer


def _forget_cookies(response: Response) -> Response:
    cookies.clear_cookies(response)
    return response


def _cookie_claims() -> list[Claims]:
    """What the browser's cookies say that are still good. Raises ForbiddenError without their proof."""
    kinds: list[tuple[str, Kind]] = [(cookies.REFRESH, "refresh"), (cookies.ACCESS, "access")]
    found = [
        claims for name, kind in kinds if (claims := _claims(request.cookies.get(name), kind)) is not None
    ]
    for claims in found:
        check_csrf(claims, request.headers.get(cookies.CSRF_HEADER))
    return found


def _claims(token: str | None, kind: Kind) -> Claims | None:
    try:
        return None if token is None else provided(Tokens).read(token, kind)
    except UnauthorisedError:
        return None
