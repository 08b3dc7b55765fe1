"""The captions service on real rings, a real journal, and models behind a real HTTP server."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from host_agent.captioner.outbox import OUTBOX_NAME, Outbox, OutboxLimits, Waiting
from host_agent.fleet.gateway_answer import GatewayRefusedError, GatewayUnwellError
from host_agent.settings import FrameSettings
from shared.errors import StorageError
from tests.support.captioner_stand import CaptionerStand, painted
from tests.support.openai_server import (
    EMBEDDING_MODEL,
    KEY,
    VISION_MODEL,
    OpenAiServer,
    answers,
    answers_text,
)


@pytest.fixture
def models() -> Iterator[OpenAiServer]:
    with OpenAiServer() as server:
        yield server


def asks(models: OpenAiServer, **more: Any) -> dict[str, Any]:
    """Settings that have the model asked."""
    asked = {"captioner": "openai", "base_url": models.base_url, "model": VISION_MODEL, "key": KEY}
    return {**asked, **more}


# -- the measured scene ------------------------------------------------------------------------------


def test_what_pictures_measure_is_said_of_each_new_one_and_sent_with_its_time_and_place(
    tmp_path: Path,
) -> None:
    stand = CaptionerStand(tmp_path)
    with stand.running():
        first = stand.picture(grey=20)
        stand.wait_for("a first caption", lambda: len(stand.gateway.kept) == 1)
        second = stand.picture(grey=20, dot=(0, 40, 40, 180))
        stand.wait_for("a second one", lambda: len(stand.gateway.kept) == 2)
        stand.wait_for("the last word", lambda: stand.told().made == 2)
    told = [(report.captured_utc_ms, report.text) for report in stand.gateway.kept.values()]
    assert told == [(first, "dark scene"), (second, "dark scene, strong motion on the left")]
    report = next(iter(stand.gateway.kept.values()))
    assert (report.device, report.model, report.embedding) == ("cam", "scene", None)
    assert report.frame == "/host/stream/cam/captures/capture_000000001.jpg"
    assert (stand.told().last_captured_utc_ms, stand.told().captioner) == (second, "scene")


def test_a_quiet_scene_says_the_same_and_a_frozen_one_that_it_is(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path)
    with stand.running():
        for count in range(1, 4):
            # Nothing moves for long, and yet no two pictures of a camera are the same.
            stand.picture(grey=120 + count, frozen=True)
            stand.wait_for("a caption", lambda count=count: len(stand.gateway.kept) == count)  # type: ignore[misc]
        stand.picture(grey=123, frozen=True)
        stand.wait_for("the last", lambda: len(stand.gateway.kept) == 4)
    assert stand.gateway.texts("cam") == [
        "bright scene",
        "bright scene, no motion",
        "bright scene, no motion",
        "bright scene, frozen picture",
    ]


def test_a_black_picture_is_said_to_be_and_one_that_cannot_be_decoded_is_passed_over(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path)
    with stand.running():
        stand.picture(jpeg=b"\xff\xd8\xff\xe0no picture\xff\xd9")
        stand.wait_for("a failure", lambda: stand.told().code == "picture")
        stand.picture(grey=2)
        stand.wait_for("a caption", lambda: stand.gateway.texts("cam") == ["black picture"])
        stand.wait_for("all well", lambda: stand.told().code == "")


def test_no_frame_is_captioned_twice_also_by_the_next_process(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path)
    stand.picture()
    with stand.running():
        stand.wait_for("a caption", lambda: stand.gateway.kept)
        time.sleep(0.4)  # four times its interval: each would have captioned it again
    stand.picture()
    with stand.running():
        stand.wait_for("another", lambda: len(stand.gateway.kept) == 2)
        time.sleep(0.3)
    assert [len(delivery) for delivery in stand.gateway.deliveries] == [1, 1]


def test_an_old_picture_is_no_picture_of_now(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path, ["stalled", "late", "live"])
    stand.picture("stalled", age_s=30)
    late_ms = stand.picture("late", age_s=9)
    with stand.running(), stand.filming("live"):
        stand.wait_for("captions of the live one", lambda: len(stand.gateway.texts("live")) >= 4)
    assert stand.gateway.texts("stalled") == []
    # One that was made of a long segment is one of its own time.
    assert ("late", late_ms, "dim scene") in stand.gateway.kept
    assert stand.told("stalled").code == ""


def test_a_picture_of_the_future_waits_for_its_time(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path, ["ahead", "live"])
    stand.picture("ahead", age_s=-30)
    with stand.running(), stand.filming("live"):
        stand.wait_for("captions of the live one", lambda: len(stand.gateway.texts("live")) >= 4)
    assert stand.gateway.texts("ahead") == []


def test_over_a_hole_in_the_recording_nothing_is_said_of_motion(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path)
    stand.picture(grey=20, age_s=20)
    stand.picture(grey=20, dot=(0, 40, 40, 180))
    with stand.running():
        stand.wait_for("a caption", lambda: stand.gateway.texts("cam"))
    assert stand.gateway.texts("cam") == ["dark scene"]


def test_a_device_that_is_added_changed_and_taken_away_is_taken_over(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path, ["one", "two"], own={"two": {"enabled": False}})
    with stand.running(), stand.filming():
        stand.wait_for("captions of one", lambda: stand.gateway.texts("one"))
        assert stand.gateway.texts("two") == []
        stand.reload(stand.settings_with({"one": {"enabled": False}}))
        stand.wait_for("captions of two", lambda: stand.gateway.texts("two"))
        stand.wait_for("one is off", lambda: stand.told("one").captioner == "")
        count = len(stand.gateway.texts("one"))
        more = len(stand.gateway.texts("two")) + 3
        stand.wait_for("more of two", lambda: len(stand.gateway.texts("two")) >= more)
        assert len(stand.gateway.texts("one")) == count


def test_a_device_that_is_not_to_be_looked_at_is_shown_to_no_model_until_it_is_again(
    tmp_path: Path, models: OpenAiServer
) -> None:
    stand = CaptionerStand(tmp_path, ["one", "two"], **asks(models))
    looked_at = stand.settings
    one, two = looked_at.device
    unseen = one.model_copy(update={"picture": FrameSettings(enable_detection=False)})
    blind = looked_at.model_copy(update={"device": (unseen, two)})

    def has_asked_about(grey: int) -> bool:
        return painted(grey) in [asked.jpeg for asked in models.asked]

    def wait_for_more_of_the_other() -> None:
        more = len(stand.gateway.texts("two")) + 3
        stand.wait_for("captions of two", lambda: len(stand.gateway.texts("two")) >= more)

    stand.settings = blind
    with stand.running(), stand.filming("two"):
        stand.picture("one", grey=10)
        wait_for_more_of_the_other()
        assert not has_asked_about(10)
        stand.reload(looked_at)
        stand.picture("one", grey=20)
        stand.wait_for("it is asked about", lambda: has_asked_about(20) and stand.told("one").made)
        stand.reload(blind)
        stand.wait_for("it is off", lambda: stand.told("one").captioner == "")
        stand.picture("one", grey=30)
        wait_for_more_of_the_other()
        assert not has_asked_about(30)


# -- models ------------------------------------------------------------------------------------------


def test_a_model_is_shown_the_newest_picture_and_its_text_is_the_caption(
    tmp_path: Path, models: OpenAiServer
) -> None:
    models.text = lambda _asked: "A man\nwalks."
    stand = CaptionerStand(tmp_path, **asks(models, prompt="Who is there?", embeddings_model=EMBEDDING_MODEL))
    with stand.running():
        stand.picture(grey=77)
        stand.wait_for("a caption", lambda: stand.gateway.kept)
    [report] = stand.gateway.kept.values()
    assert (report.text, report.model, report.embedding) == ("A man walks.", VISION_MODEL, [12.0, 1.0, 0.5])
    [asked] = models.asked
    assert (asked.prompt, asked.jpeg) == ("Who is there?", painted(77))


def test_a_slow_model_is_never_asked_twice_at_once_of_a_device_and_frames_are_left_out(
    tmp_path: Path, models: OpenAiServer
) -> None:
    models.takes_s = lambda _asked: 0.35
    stand = CaptionerStand(tmp_path, **asks(models))
    with stand.running(), stand.filming():
        stand.wait_for("three captions", lambda: len(stand.gateway.kept) >= 3)
        stand.wait_for("it is told", lambda: stand.told().made >= 3)
        assert stand.told().missed >= 6
    assert models.most_at_once == 1
    # Each was of the newest picture then, not of one that had waited.
    times = sorted(report.captured_utc_ms for report in stand.gateway.kept.values())
    assert all(later - earlier >= 300 for earlier, later in pairwise(times))
    assert stand.outbox.count() <= 1


def test_a_slow_camera_holds_up_no_other(tmp_path: Path, models: OpenAiServer) -> None:
    slow = painted(10)
    models.takes_s = lambda asked: 30.0 if asked.jpeg == slow else 0.0
    stand = CaptionerStand(
        tmp_path,
        ["slow", "fast", "measured"],
        own={"measured": {"captioner": "scene"}},
        **asks(models, at_once=2),
    )
    stand.picture("slow", grey=10)
    with stand.running(), stand.filming("fast", "measured"):
        stand.wait_for("the slow one is being asked about", lambda: models.asked and models.asked[0])
        stand.wait_for(
            "eight captions of each of the others",
            lambda: min(len(stand.gateway.texts(name)) for name in ("fast", "measured")) >= 8,
        )
    assert stand.gateway.texts("slow") == []
    assert models.most_at_once <= 2


def test_no_more_devices_are_asked_about_at_once_than_is_set_and_all_have_their_turn(
    tmp_path: Path, models: OpenAiServer
) -> None:
    models.takes_s = lambda _asked: 0.1
    names = [f"cam{number}" for number in range(6)]
    stand = CaptionerStand(tmp_path, names, **asks(models, at_once=2))
    with stand.running(), stand.filming():
        stand.wait_for(
            "two captions of each", lambda: all(len(stand.gateway.texts(name)) >= 2 for name in names)
        )
    assert models.most_at_once == 2


@pytest.mark.parametrize(
    ("nonsense", "code"),
    [
        (answers(200, b"<html>Welcome to nginx</html>"), "model_nonsense"),
        (answers(200, b'{"choices": []}'), "model_nonsense"),
        (answers_text(""), "model_nonsense"),
        (answers_text(None), "model_nonsense"),
        (answers(200, b'{"choices": [{"message": {"content": "' + b"x" * 10_000_000), "model_nonsense"),
        (answers(500, b"out of memory"), "model_unreachable"),
        (answers(404, b"{}"), "model_refused"),
        (answers(307, Location="http://169.254.169.254/"), "model_refused"),
    ],
)
def test_nonsense_is_no_caption_and_the_next_sense_is(
    tmp_path: Path, models: OpenAiServer, nonsense: object, code: str
) -> None:
    models.always = nonsense  # type: ignore[assignment]
    stand = CaptionerStand(tmp_path, **asks(models))
    with capture_logs() as logs, stand.running(), stand.filming():
        stand.wait_for("it fails", lambda: stand.told().failed >= 2)
        assert (stand.told().code, stand.told().made) == (code, 0)
        assert stand.waiting() == [] and stand.gateway.kept == {}
        models.always = None
        stand.wait_for("a caption", lambda: stand.gateway.kept)
        stand.wait_for("all well", lambda: stand.told().code == "")
    said = [entry for entry in logs if entry["event"] == "caption_not_made"]
    assert len(said) == 1, said
    assert said[0]["remedy"]


def test_a_long_text_is_cut_to_what_the_gateway_takes(tmp_path: Path, models: OpenAiServer) -> None:
    models.text = lambda _asked: "A man walks. " * 1000
    stand = CaptionerStand(tmp_path, **asks(models))
    with stand.running():
        stand.picture()
        stand.wait_for("a caption", lambda: stand.gateway.kept)
    [text] = stand.gateway.texts("cam")
    assert 1900 < len(text) <= 2000 and text.endswith("walks.")


def test_a_server_that_asks_for_patience_is_left_alone_for_so_long(
    tmp_path: Path, models: OpenAiServer
) -> None:
    models.before.append(answers(429, b"{}", Retry_After="1"))
    stand = CaptionerStand(tmp_path, **asks(models))
    with stand.running(), stand.filming():
        stand.wait_for("it is told", lambda: stand.told().code == "model_busy")
        before_s, requests = time.monotonic(), models.requests
        stand.wait_for("a caption", lambda: stand.gateway.kept)
        assert time.monotonic() - before_s >= 0.7
        assert requests == 1
        stand.wait_for("all well", lambda: stand.told().code == "")


def test_a_key_that_is_refused_is_said_once_never_shown_and_tried_again_when_it_is_another(
    tmp_path: Path, models: OpenAiServer
) -> None:
    wrong = "sk-somebody-elses-key"
    stand = CaptionerStand(tmp_path, **asks(models, key=wrong))
    with capture_logs() as logs, stand.running(), stand.filming():
        stand.wait_for("it is told", lambda: stand.told().code == "model_key_refused")
        time.sleep(0.5)  # five intervals: not asked again in any
        assert models.requests == 1
        assert "[captions] key" in stand.told().remedy
        stand.reload(stand.settings_with({}, **asks(models)))
        stand.wait_for("a caption", lambda: stand.gateway.kept)
    shown = f"{logs} {stand.journal.states('cam')}"
    assert shown.count("caption_not_made") == 1
    assert wrong not in shown and KEY not in shown


def test_a_server_that_was_away_is_asked_again_when_it_is_back(tmp_path: Path, models: OpenAiServer) -> None:
    stand = CaptionerStand(tmp_path, **asks(models))
    models.close()
    with capture_logs() as logs, stand.running(), stand.filming():
        stand.wait_for("it fails", lambda: stand.told().failed >= 3)
        assert stand.told().code == "model_unreachable"
        models.open()
        stand.wait_for("a caption", lambda: stand.gateway.kept)
    assert len([entry for entry in logs if entry["event"] == "caption_not_made"]) == 1


@pytest.mark.parametrize("numbers", [["NaN"], [float("nan"), 1.0], [1.0], []])
def test_a_text_whose_embedding_is_nonsense_goes_without_one(
    tmp_path: Path, models: OpenAiServer, numbers: list[object]
) -> None:
    models.embedding = lambda _text: numbers
    stand = CaptionerStand(
        tmp_path, embeddings_model=EMBEDDING_MODEL, embeddings_base_url=models.base_url, embeddings_key=KEY
    )
    with stand.running():
        stand.picture()
        stand.wait_for("a caption", lambda: stand.gateway.kept)
        stand.wait_for("it is told", lambda: stand.told().code == "model_nonsense")
    [report] = stand.gateway.kept.values()
    assert (report.text, report.embedding) == ("dim scene", None)


def test_the_same_text_is_embedded_once(tmp_path: Path, models: OpenAiServer) -> None:
    stand = CaptionerStand(
        tmp_path, embeddings_model=EMBEDDING_MODEL, embeddings_base_url=models.base_url, embeddings_key=KEY
    )
    with stand.running(), stand.filming():
        stand.wait_for("captions", lambda: len(stand.gateway.kept) >= 5)
    assert len(models.embedded) == len(set(models.embedded)) <= 2


def test_an_agent_ends_while_a_model_thinks(tmp_path: Path, models: OpenAiServer) -> None:
    models.takes_s = lambda _asked: 20.0
    stand = CaptionerStand(tmp_path, **asks(models))
    with stand.running(), stand.filming():
        stand.wait_for("it thinks", lambda: models.asked)
        before_s = time.monotonic()
    assert time.monotonic() - before_s < 3.0
    assert stand.waiting() == []


# -- on their way ------------------------------------------------------------------------------------


def test_captions_wait_while_the_gateway_is_away_and_all_arrive_once_in_order(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path)
    stand.gateway.is_away = True
    with capture_logs() as logs, stand.running(), stand.filming():
        stand.wait_for("five wait", lambda: stand.sending().waiting >= 5)
        assert stand.sending().code == "gateway_unreachable"
        assert stand.sending().oldest_waiting_utc_ms == stand.waiting()[0].captured_utc_ms
    waited = stand.waiting()
    stand.gateway.is_away = False
    with stand.running():
        stand.wait_for("none waits", lambda: stand.outbox.count() == 0)
    assert [report.captured_utc_ms for report in stand.gateway.deliveries[0]][: len(waited)] == [
        caption.captured_utc_ms for caption in waited
    ]
    assert sum(map(len, stand.gateway.deliveries)) == len(stand.gateway.kept) >= len(waited)
    assert len([entry for entry in logs if entry["event"] == "captions_wait"]) == 1


@pytest.mark.parametrize(("code", "pause_s"), [("captions_off", 120.0), ("captions_full", 0.75)])
def test_a_gateway_that_takes_none_now_has_them_later(tmp_path: Path, code: str, pause_s: float) -> None:
    stand = CaptionerStand(tmp_path)
    stand.gateway.fails = [GatewayUnwellError("Not now.", remedy="Set it.", gateway_code=code)]
    with stand.running():
        stand.picture()
        stand.wait_for("it is told", lambda: stand.sending().code == code)
        assert (stand.sending().waiting, stand.sending().remedy) == (1, "Set it.")
        if pause_s < 1:
            stand.wait_for("it is taken", lambda: stand.gateway.kept)
        else:
            # A reload is what an operator does next: it is tried again at once.
            stand.reload(stand.settings)
            stand.wait_for("it is taken", lambda: stand.gateway.kept)
        stand.wait_for("all well", lambda: stand.sending().code == "" and stand.sending().sent == 1)


def test_what_the_gateway_refuses_is_said_once_counted_and_not_sent_again(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path, ["strange", "known"])
    stand.gateway.refuses = lambda report: "bad_text" if report.device == "strange" else ""
    with capture_logs() as logs, stand.running(), stand.filming():
        stand.wait_for("three are refused", lambda: stand.sending().refused >= 3)
        stand.wait_for("others are taken", lambda: len(stand.gateway.kept) >= 3)
    assert {report.device for report in stand.gateway.kept.values()} == {"known"}
    [said] = [entry for entry in logs if entry["event"] == "caption_refused"]
    assert (said["device"], said["code"], said["sentence"]) == ("strange", "bad_text", "bad_text it is.")
    sent = [(one.device, one.captured_utc_ms) for delivery in stand.gateway.deliveries for one in delivery]
    assert len(sent) == len(set(sent))


def test_a_device_that_the_gateway_has_not_heard_of_yet_is_waited_for(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path)
    stand.gateway.refuses = lambda _report: "unknown_device"
    with stand.running():
        stand.picture()
        stand.wait_for("it is sent and stays", lambda: len(stand.gateway.deliveries) >= 2)
        assert stand.outbox.count() == 1
        stand.gateway.refuses = lambda _report: ""
        stand.wait_for("it is taken", lambda: stand.gateway.kept)
    assert stand.sending().refused == 0


def test_one_caption_that_spoils_a_message_is_found_and_left_out(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path)
    for number in range(37):
        text = "spoilt" if number == 20 else f"Caption {number}."
        stand.outbox.add(Waiting("cam", 1_763_000_000_000 + number, text, [0.1, 0.2], "m", ""), number)
    taken = stand.gateway.captions

    def captions(url: str, credential: str, reports: object) -> object:
        if any(report.text == "spoilt" for report in reports.captions):  # type: ignore[attr-defined]
            raise GatewayRefusedError(422, "bad_request", "captions.20.text: is spoilt.", "")
        return taken(url, credential, reports)  # type: ignore[arg-type]

    stand.gateway.captions = captions  # type: ignore[method-assign, assignment]
    with stand.running():
        stand.wait_for("all others", lambda: len(stand.gateway.kept) == 36)
        stand.wait_for("it is counted", lambda: stand.sending().refused == 1)
    assert stand.outbox.count() == 0


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_gateway_that_does_not_know_this_host_costs_no_caption(tmp_path: Path, status: int) -> None:
    stand = CaptionerStand(tmp_path)
    stand.gateway.fails = [GatewayRefusedError(status, "unauthorised", "Who are you?", "")]
    with stand.running():
        stand.picture()
        stand.wait_for("it is told", lambda: stand.sending().code == "unauthorised")
        stand.wait_for("it is taken", lambda: stand.gateway.kept)
    assert stand.sending().refused == 0


def test_a_full_box_loses_its_oldest_and_says_so(tmp_path: Path) -> None:
    stand = CaptionerStand(tmp_path)
    stand.gateway.is_away = True
    for number in range(50):
        stand.outbox.add(Waiting("cam", 1_763_000_000_000 + number, f"{number}", None, "m", ""), number)
    with capture_logs() as logs, stand.running(OutboxLimits(captions=20)):
        stand.wait_for("it is told", lambda: stand.sending().dropped == 30)
    assert [caption.text for caption in stand.waiting()] == [str(number) for number in range(30, 50)]
    assert [entry["captions"] for entry in logs if entry["event"] == "captions_dropped"] == [30]


def test_a_box_of_bytes_loses_its_oldest_too_and_gives_the_room_back(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, OutboxLimits(size_bytes=2_000_000))
    embedding = [0.5] * 512
    for number in range(1500):
        outbox.add(Waiting("cam", number, "x" * 100, embedding, "m", ""), number)
    dropped = outbox.let_go()
    assert 0 < dropped < 1500
    left, has_more = outbox.oldest(2000, 1 << 30)
    assert [caption.captured_utc_ms for caption in left] == list(range(dropped, 1500)) and not has_more
    assert outbox.let_go() == 0
    before_bytes = (tmp_path / "captions.db").stat().st_size
    for number in range(1500, 1500 + dropped):
        outbox.add(Waiting("cam", number, "x" * 100, embedding, "m", ""), number)
    assert outbox.let_go() > 0
    assert (tmp_path / "captions.db").stat().st_size <= before_bytes


def test_a_box_that_cannot_be_read_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / OUTBOX_NAME).write_bytes(b"torn" * 5000)
    with pytest.raises(StorageError, match="delete it"):
        Outbox(tmp_path)


def test_a_model_that_answers_now_and_then_is_not_logged_each_time(
    tmp_path: Path, models: OpenAiServer
) -> None:
    stand = CaptionerStand(tmp_path, **asks(models))
    with capture_logs() as logs, stand.running(), stand.filming():
        for count in range(1, 5):
            models.before.append(answers(500))
            stand.wait_for("it fails", lambda count=count: stand.told().failed == count)  # type: ignore[misc]
            made = stand.told().made
            stand.wait_for("it answers", lambda made=made: stand.told().made > made)  # type: ignore[misc]
    assert len([entry for entry in logs if entry["event"] == "caption_not_made"]) == 1


def test_a_batch_is_no_larger_than_a_message_takes(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    for number in range(10):
        outbox.add(Waiting("cam", number, "x" * 2000, [0.1] * 4096, "m", ""), number)
    batch, has_more = outbox.oldest(100, 300_000)
    assert 1 <= len(batch) < 10 and has_more
    assert len(outbox.oldest(100, 1)[0]) == 1
    first = batch[0]
    assert first.embedding is not None
    assert (first.captured_utc_ms, len(first.embedding)) == (0, 4096)
