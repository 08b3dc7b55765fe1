"""Credentials never leave: they are cut out of every text that a person or a log will see."""

import re

# Passwords of cameras contain "@", "/" and quotes, unencoded: where there is a user and a password, all up
# to the last "@" of the word goes. That may hide a host whose path has an "@"; the other way would tell.
# Each part has a largest length: a word of a megabyte would be looked through once for each of its letters.
_USERINFO = re.compile(
    r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]{0,30}://)"
    r"(?:(?!\*\*\*@)[^\s/:]{1,1000}:\S{0,1000}|[^\s/]{1,1000})@"
)
_SECRET_PARAMETER = re.compile(
    r"(?P<name>(?:[?&]|\b)(?:[\w.-]{0,40}(?:pass|pwd|psw|psk|token|secret|credential)[\w.-]{0,40}|auth|key"
    r"|api_?key|login_?pas|login_?use|user|usr|username|login|sig|signature)=)(?P<value>[^&\s]+)",
    re.IGNORECASE,
)
_AUTHORISATION = re.compile(r"(?P<name>authorization:\s*\w+\s+)\S[^\r\n]*", re.IGNORECASE)


def mask_secrets(text: str) -> str:
    """Return `text` with the user part of URLs and the values of secret parameters replaced by `***`."""
    text = _USERINFO.sub(r"\g<scheme>***@", text)
    text = _SECRET_PARAMETER.sub(r"\g<name>***", text)
    return _AUTHORISATION.sub(r"\g<name>***", text)
