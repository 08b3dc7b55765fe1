// Plays a live playlist with hls.js: `node player.mjs ADDRESS FILE`, until it is ended.
//
// Everything that hls.js appends to its video buffer goes to FILE, one after another; every event is a
// line of JSON on standard output: {"event": "appended", "is_head", "bytes", "offset_s"}, {"event": "playhead",
// "media_s", "date_ms"} four times a second, {"event": "error", "kind", "detail", "fatal"}.
import { openSync, writeSync } from "node:fs";
import { MediaElement, MediaSource } from "./media.mjs";

const PLAYHEAD_MS = 250;
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
hls.on(Hls.Events.ERROR, (_event, { type, details, fatal, error }) => {
  say("error", { kind: type, detail: details, fatal, message: error?.stack ?? "" });
});
hls.attachMedia(element);
hls.loadSource(address);
setInterval(() => {
  const date = hls.playingDate;
  say("playhead", { media_s: element.currentTime, date_ms: date ? date.getTime() : null });
}, PLAYHEAD_MS);
// Whoever started this is gone when its end of standard input closes.
process.stdin.on("end", () => process.exit(0)).resume();
