#!/usr/bin/python3
"""A small real RTSP relay on GStreamer's gst-rtsp-server, for the demo and the tests.

    /usr/bin/python3 rtsp_relay_server.py --port 0 --names cam1,cam2 --user cam --password … [--auth digest]

Publish to  rtsp://user:password@127.0.0.1:PORT/pub/NAME  (H.264, `ffmpeg -c copy -f rtsp`), read from
rtsp://user:password@127.0.0.1:PORT/NAME, by any number of readers. Each event is a line of JSON on
standard output, the first of them `{"event": "ready", "port": …}`. SIGTERM ends it, and so does the
death of the thread that started it when `rtsp_relay.py` is what starts it.

It stands alone and imports nothing of the project: Debian's `gi` exists only for Debian's Python.
"""

import argparse
import json
import signal
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402
from gi.repository import GstApp as _GstApp  # noqa: E402, F401 (gives appsrc its push_buffer)

RECORD_LATENCY_MS = 200  # 0 loses 1-2 % of the frames in the jitter buffer, even over TCP
JITTER_BUFFER_NONE = 0  # timestamps as the publisher sends them: a fast clock must stay a fast clock
APPSRC_MAX_BYTES = 64_000_000
ROLE = "user"


def say(event: str, **facts: object) -> None:
    """One event, one line."""
    print(json.dumps({"event": event, "at_s": round(time.time(), 3), **facts}), flush=True)


class Hub:
    """One name: the publisher's pictures go to every reader, from the next key frame on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        # Reader -> what to add to the publisher's time to get the reader's; None until a key frame.
        self._shift_ns: dict[Gst.Element, int | None] = {}

    def add(self, reader: Gst.Element) -> None:
        with self._lock:
            self._shift_ns[reader] = None

    def drop(self, reader: Gst.Element) -> None:
        with self._lock:
            self._shift_ns.pop(reader, None)

    def wait_for_key_frame(self) -> None:
        """A new publisher: its times have nothing to do with those of the last one."""
        with self._lock:
            self._shift_ns = dict.fromkeys(self._shift_ns)

    def push(self, sample: Gst.Sample) -> None:
        buffer = sample.get_buffer()
        is_key = not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT)
        with self._lock:
            for reader, known_shift_ns in list(self._shift_ns.items()):
                if known_shift_ns is None and not is_key:
                    continue
                shift_ns = known_shift_ns
                if shift_ns is None:
                    reader.set_caps(sample.get_caps())
                    shift_ns = self._shift_ns[reader] = running_time_ns(reader) - buffer.pts
                copy = buffer.copy()
                copy.pts = max(0, buffer.pts + shift_ns)
                copy.dts = Gst.CLOCK_TIME_NONE
                if reader.push_buffer(copy) != Gst.FlowReturn.OK:
                    del self._shift_ns[reader]


def running_time_ns(reader: Gst.Element) -> int:
    """The reader's own time: 0 when its pipeline began to play."""
    clock = reader.get_clock()
    return clock.get_time() - reader.get_base_time() if clock else 0


def keep_publishers_times(_pipeline: object, element: Gst.Element) -> None:
    """Have the jitter buffer pass timestamps on as they are, not corrected towards the relay's clock."""
    if element.get_factory().get_name() == "rtpbin":
        element.set_property("buffer-mode", JITTER_BUFFER_NONE)


def send_as_it_comes(media: GstRtspServer.RTSPMedia, state: int) -> None:
    """Have the sinks pass pictures on at once. Synchronised to the relay's clock, as the library sets
    them when a reader begins to play, they would slow a publisher whose clock is fast."""
    if state != Gst.State.PLAYING:
        return
    sinks = media.get_element().get_parent().iterate_sinks()
    sinks.foreach(lambda sink: sink.set_property("sync", False))


def publisher_factory(hub: Hub) -> GstRtspServer.RTSPMediaFactory:
    def configure(_factory: object, media: GstRtspServer.RTSPMedia) -> None:
        hub.wait_for_key_frame()
        media.get_element().get_parent().connect("element-added", keep_publishers_times)
        media.get_element().get_by_name("out").connect("new-sample", take)
        media.connect("unprepared", lambda _media: say("unpublish", name=hub.name))
        say("publish", name=hub.name)

    def take(sink: Gst.Element) -> Gst.FlowReturn:
        sample = sink.emit("pull-sample")
        if sample is not None:
            hub.push(sample)
        return Gst.FlowReturn.OK

    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
    factory.set_latency(RECORD_LATENCY_MS)
    factory.set_launch(
        "( rtph264depay name=depay0 ! h264parse config-interval=-1"
        " ! video/x-h264,stream-format=byte-stream,alignment=au"
        " ! appsink name=out emit-signals=true sync=false max-buffers=0 )"
    )
    factory.connect("media-configure", configure)
    return factory


def reader_factory(hub: Hub) -> GstRtspServer.RTSPMediaFactory:
    def configure(_factory: object, media: GstRtspServer.RTSPMedia) -> None:
        media.connect("new-state", send_as_it_comes)
        source = media.get_element().get_by_name("in")
        hub.add(source)
        media.connect("unprepared", lambda _media: leave(source))
        say("play", name=hub.name)

    def leave(source: Gst.Element) -> None:
        hub.drop(source)
        say("unplay", name=hub.name)

    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_shared(True)
    factory.set_latency(0)
    factory.set_launch(
        f"( appsrc name=in is-live=true format=time max-bytes={APPSRC_MAX_BYTES} block=false"
        " ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1 )"
    )
    factory.connect("media-configure", configure)
    return factory


def permit_users(factory: GstRtspServer.RTSPMediaFactory) -> None:
    permissions = GstRtspServer.RTSPPermissions.new()
    permissions.add_role(ROLE)
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role(ROLE, permission, True)
    factory.set_permissions(permissions)


def authentication(user: str, password: str, scheme: str) -> GstRtspServer.RTSPAuth:
    auth = GstRtspServer.RTSPAuth.new()
    token = GstRtspServer.RTSPToken.new()
    token.set_string("media.factory.role", ROLE)
    if scheme == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    return auth


def build_server(options: argparse.Namespace) -> GstRtspServer.RTSPServer:
    server = GstRtspServer.RTSPServer.new()
    server.set_address(options.host)
    server.set_service(str(options.port))
    # A thread per client: on a shared one a reader's DESCRIBE waits for pictures that the publisher's
    # connection, on the same thread, can then never deliver.
    server.get_thread_pool().set_max_threads(-1)
    if options.user:
        server.set_auth(authentication(options.user, options.password, options.auth))
    mounts = server.get_mount_points()
    for name in options.names.split(","):
        hub = Hub(name)
        for path, factory in ((f"/pub/{name}", publisher_factory(hub)), (f"/{name}", reader_factory(hub))):
            if options.user:
                permit_users(factory)
            mounts.add_factory(path, factory)
    return server


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A small RTSP relay.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: a free one, see the ready event")
    parser.add_argument("--names", default="cam1", help="names of streams, with commas between them")
    parser.add_argument("--user", default="", help="empty: no login")
    parser.add_argument("--password", default="")
    parser.add_argument("--auth", default="basic", choices=["basic", "digest"])
    return parser.parse_args()


def main() -> int:
    options = parse_options()
    Gst.init(None)
    server = build_server(options)
    if not server.attach(None):
        say("failed", reason=f"cannot listen on {options.host}:{options.port}")
        return 1

    def end_dead_sessions() -> bool:
        pool = server.get_session_pool()
        if pool is not None:
            pool.cleanup()
        return True

    loop = GLib.MainLoop()
    GLib.timeout_add_seconds(2, end_dead_sessions)
    for number in (signal.SIGTERM, signal.SIGINT):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, loop.quit)
    say("ready", port=server.get_bound_port())
    loop.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
