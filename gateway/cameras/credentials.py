"""Passwords of cameras: encrypted before they are stored, opened only to reach a camera."""

from gateway.cameras.camera import Camera
from gateway.secret_box import SecretBox
from shared.ffmpeg.stream_address import StreamAddress


class Credentials:
    """What leaves here in plain text goes to a camera, to its host, or to somebody who may write cameras and
    asks for it; never into an answer or a log."""

    def __init__(self, secrets: SecretBox) -> None:
        self._secrets = secrets

    def close(self, password: str | None) -> str | None:
        """As it is stored."""
        return None if password is None else self._secrets.close(password)

    def open(self, password_encrypted: str | None) -> str | None:
        """As the camera takes it. Raises SettingsError where the secret key of then is not known any more."""
        return None if password_encrypted is None else self._secrets.open(password_encrypted)

    def stream_address(self, camera: Camera, *, with_login: bool = True) -> StreamAddress:
        """Where its stream is, and the login. Raises SettingsError."""
        if not with_login:
            return StreamAddress(camera.address)
        return StreamAddress(camera.address, camera.username, self.open(camera.password_encrypted))
