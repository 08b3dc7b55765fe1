"""Writing TOML: the standard library only reads it."""

import json


def toml_string(text: str) -> str:
    """Return `text` as a TOML basic string. JSON's escapes are TOML's too; DEL, which JSON leaves, is not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
