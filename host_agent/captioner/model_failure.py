"""Why a model gave no caption. No text of these holds a key, or an answer that was not looked through."""

from shared.errors import ColdframeError

MODEL_UNREACHABLE = "model_unreachable"
MODEL_KEY_REFUSED = "model_key_refused"


class ModelError(ColdframeError):
    """No caption of this frame. `retry_after_s`: how long the model asks to be left alone; 0: it does not
    say."""

    code = "model"

    def __init__(
        self, message: str, *, remedy: str, code: str | None = None, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(message, remedy=remedy, code=code)
        self.retry_after_s = retry_after_s


class ModelUnreachableError(ModelError):
    """No whole answer: no connection, too late, or the server is not well."""

    code = MODEL_UNREACHABLE


class ModelBusyError(ModelError):
    """The server asks for patience."""

    code = "model_busy"


class ModelKeyRefusedError(ModelError):
    """The key is not accepted."""

    code = MODEL_KEY_REFUSED


class ModelRefusedError(ModelError):
    """The server understood and will not, such as for a model that it does not have."""

    code = "model_refused"


class ModelNonsenseError(ModelError):
    """What was answered is no caption."""

    code = "model_nonsense"
