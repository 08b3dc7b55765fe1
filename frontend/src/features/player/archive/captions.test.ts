import { expect, test } from "vitest";
import type { CaptionEvent } from "@/api/events";
import { captionEvent, captionEvents } from "./captions";

const FROM = Date.UTC(2026, 10, 20, 18, 41, 52);

function event(startMs: number, seconds = 138): CaptionEvent {
  return {
    event_id: `evt_cam_001_${startMs}`,
    camera_id: "cam_001",
    camera: "Loading dock",
    group_id: null,
    group: null,
    device: "mall-3/dock",
    caption: "A worker in a yellow vest pulls a pallet jack.",
    snippet: [],
    start_time: new Date(startMs).toISOString(),
    end_time: new Date(startMs + seconds * 1000).toISOString(),
    duration_seconds: seconds,
    frame_count: 14,
    brief: false,
    model: "scene",
    frame: "",
    score: null,
    picture_url: null,
    player_url: null,
  };
}

test("an event of captions begins with its first, whose picture and words stand for it", () => {
  expect(captionEvent(event(FROM))).toEqual({
    kind: "caption",
    from: FROM,
    to: FROM + 138_000,
    atMs: FROM,
    sentence: "A worker in a yellow vest pulls a pallet jack.",
    eventId: `evt_cam_001_${FROM}`,
  });
});

test("answers that overlap give each event once, in order of time", () => {
  const [early, seam, late] = [event(FROM - 600_000), event(FROM), event(FROM + 600_000)];
  const joined = captionEvents([
    [seam, late],
    [early, seam],
  ]);
  expect(joined.map(({ from }) => from)).toEqual([FROM - 600_000, FROM, FROM + 600_000]);
});
