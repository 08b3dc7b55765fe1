// Plays a live playlist with hls.js: `node player.mjs ADDRESS FILE`, until it is ended.
//
// Everything that hls.js appends to its video buffer goes to FILE, one after another; every event is a
// line of JSON on standard output: {"event": "appended", "is_head", "bytes", "offset_s"}, {"event": "shown",
// "media_s", "date_ms"} for every picture, {"event": "error", "kind", "detail", "fatal"}.
import { openSync, writeSync } from "node:fs";
import { MediaElement, MediaSource } from "./media.mjs";
import { ShownDates } from "./shown_dates.mjs";

const STEP_MS = 20;
const [address, file] = process.argv.slice(2);
const say = (event, facts = {}) => writeSync(1, `${JSON.stringify({ event, ...facts })}\n`);

globalThis.self = globalThis;
globalThis.window = globalThis;
globalThis.location = new URL(address);
globalThis.MediaSource = MediaSource;
globalThis.HTMLVideoElement = MediaElement;
URL.createObjectURL = (source) => {
  URL.opened = source;
  return "blob:";
};
URL.revokeObjectURL = () => {};

const output = openSync(file, "w");
MediaSource.onAppend = (type, bytes, offset_s) => {
  if (type.startsWith("video/")) {
    writeSync(output, bytes);
    const isHead = String.fromCharCode(...bytes.subarray(4, 8)) === "ftyp";
    say("appended", { is_head: isHead, bytes: bytes.byteLength, offset_s });
  }
};

const { default: Hls, FetchLoader } = await import("hls.js");
const hls = new Hls({ loader: FetchLoader, enableWorker: false, maxFragLookUpTolerance: 0 });
const element = new MediaElement(STEP_MS);
const dates = new ShownDates(hls, Hls.Events);
hls.on(Hls.Events.ERROR, (_event, { type, details, fatal, error }) => {
  say("error", { kind: type, detail: details, fatal, message: error?.stack ?? "" });
});
const report = (_now, { mediaTime }) => {
  say("shown", { media_s: mediaTime, date_ms: dates.of(mediaTime) });
  element.requestVideoFrameCallback(report);
};
element.requestVideoFrameCallback(report);
hls.attachMedia(element);
hls.loadSource(address);
// Whoever started this is gone when its end of standard input closes.
process.stdin.on("end", () => process.exit(0)).resume();
