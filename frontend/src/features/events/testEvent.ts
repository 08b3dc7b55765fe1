import type { CaptionEvent } from "@/api/events";

/** An event for tests, of two minutes from `startMs` on. */
export function eventAt(startMs: number, changes: Partial<CaptionEvent> = {}): CaptionEvent {
  return {
    event_id: `evt_cam_001_${startMs}`,
    camera_id: "cam_001",
    camera: "Loading dock",
    group_id: null,
    group: null,
    device: "mall-3/dock",
    caption: "A worker pulls a pallet jack.",
    snippet: [],
    start_time: new Date(startMs).toISOString(),
    end_time: new Date(startMs + 120_000).toISOString(),
    duration_seconds: 120,
    frame_count: 13,
    brief: false,
    model: "scene",
    frame: "",
    score: null,
    picture_url: null,
    player_url: null,
    ...changes,
  };
}
