// The browser's half of Media Source Extensions, as far as hls.js needs it: buffers that know which
// times and pictures they hold, and a media element whose time goes on while there is something to play
// and that tells of every picture it passes. Nothing is decoded here: what is appended is handed to
// `onAppend`, for a real decoder.

class Ranges {
  constructor(spans) {
    this.spans = spans;
  }
  get length() {
    return this.spans.length;
  }
  start(index) {
    return this.spans[index][0];
  }
  end(index) {
    return this.spans[index][1];
  }
}

// Boxes of ISO/IEC 14496-12 in `bytes` between `from` and `to`.
function* boxes(bytes, from = 0, to = bytes.byteLength) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { type, from: at + 8, to: at + size, view };
    if (size < 8) {
      return;
    }
    at += size;
  }
}

function find(bytes, path, from, to) {
  const [first, ...rest] = path;
  for (const box of boxes(bytes, from, to)) {
    if (box.type === first) {
      return rest.length ? find(bytes, rest, box.from, box.to) : box;
    }
  }
  return undefined;
}

function timescaleOf(bytes) {
  const header = find(bytes, ["moov", "trak", "mdia", "mdhd"]);
  return header && header.view.getUint32(header.from + (header.view.getUint8(header.from) ? 20 : 12));
}

// Of every movie fragment in `bytes`: its time [start, end] and when each picture is due, all in seconds.
function readFragments(bytes, timescale, offset) {
  const found = [];
  for (const moof of boxes(bytes)) {
    if (moof.type !== "moof") {
      continue;
    }
    const time = find(bytes, ["traf", "tfdt"], moof.from, moof.to);
    const run = find(bytes, ["traf", "trun"], moof.from, moof.to);
    const { view } = time;
    const long = view.getUint8(time.from) === 1;
    const base = long ? Number(view.getBigUint64(time.from + 4)) : view.getUint32(time.from + 4);
    const flags = view.getUint32(run.from) & 0xffffff;
    const count = view.getUint32(run.from + 4);
    const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag);
    let at = run.from + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
    let ticks = base;
    const pictures = [];
    for (let sample = 0; sample < count; sample++, at += 4 * fields.length) {
      // hls.js gives every sample all four fields: duration, size, flags, and what it is shown after its turn.
      pictures.push((ticks + view.getInt32(at + 12)) / timescale + offset);
      ticks += view.getUint32(at);
    }
    found.push({ span: [base / timescale + offset, ticks / timescale + offset], pictures });
  }
  return found;
}

// What Chromium bridges in a buffer: twice the duration of a picture.
const BRIDGED_S = 0.08;

// The spans joined and sorted, in arrays of their own: a `Ranges` that was given out may not change.
function union(spans) {
  const joined = [];
  for (const [start, end] of [...spans].sort((one, other) => one[0] - other[0])) {
    const last = joined.at(-1);
    if (last && start <= last[1] + BRIDGED_S) {
      last[1] = Math.max(last[1], end);
    } else {
      joined.push([start, end]);
    }
  }
  return joined;
}

export class SourceBuffer extends EventTarget {
  constructor(type, onAppend) {
    super();
    Object.assign(this, { type, onAppend, updating: false, timestampOffset: 0, timescale: 0 });
    Object.assign(this, { spans: [], pictures: [] });
  }
  get buffered() {
    return new Ranges(this.spans);
  }
  appendBuffer(data) {
    const bytes = new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
    this.timescale = timescaleOf(bytes) ?? this.timescale;
    const offset = this.timestampOffset;
    for (const { span, pictures } of readFragments(bytes, this.timescale, offset)) {
      this.spans = union([...this.spans, span]);
      const kept = this.pictures.filter(
        (time) => time < Math.min(...pictures) || time > Math.max(...pictures),
      );
      this.pictures = [...kept, ...pictures].sort((one, other) => one - other);
    }
    this.onAppend(this.type, bytes, offset);
    this.#update();
  }
  remove(from, to) {
    this.spans = this.spans.flatMap(([start, end]) =>
      [
        [start, Math.min(end, from)],
        [Math.max(start, to), end],
      ].filter(([begin, finish]) => begin < finish),
    );
    this.pictures = this.pictures.filter((time) => time < from || time >= to);
    this.#update();
  }
  abort() {}
  changeType(type) {
    this.type = type;
  }
  #update() {
    this.updating = true;
    setTimeout(() => {
      this.updating = false;
      this.dispatchEvent(new Event("update"));
      this.dispatchEvent(new Event("updateend"));
    });
  }
}

export class MediaSource extends EventTarget {
  static isTypeSupported() {
    return true;
  }
  static onAppend = () => {};

  readyState = "closed";
  duration = Number.NaN;
  sourceBuffers = [];

  open() {
    this.readyState = "open";
    this.dispatchEvent(new Event("sourceopen"));
  }
  addSourceBuffer(type) {
    const buffer = new SourceBuffer(type, MediaSource.onAppend);
    this.sourceBuffers.push(buffer);
    return buffer;
  }
  removeSourceBuffer(buffer) {
    this.sourceBuffers = this.sourceBuffers.filter((kept) => kept !== buffer);
  }
  setLiveSeekableRange() {}
  clearLiveSeekableRange() {}
  endOfStream() {
    this.readyState = "ended";
  }
}

// A video element whose time goes on by the clock wherever its buffer has something to play.
export class MediaElement extends EventTarget {
  paused = false;
  ended = false;
  seeking = false;
  playbackRate = 1;
  defaultPlaybackRate = 1;
  volume = 1;
  muted = true;
  autoplay = true;
  error = null;
  textTracks = new EventTarget();
  played = new Ranges([]);
  #source = null;
  #time = 0;
  #stalled = true;
  #shown = -1; // the time of the picture on the screen
  #onPicture = [];

  constructor(stepMs) {
    super();
    this.textTracks.length = 0;
    let before = performance.now();
    setInterval(() => {
      const now = performance.now();
      this.#step((now - before) / 1000);
      before = now;
    }, stepMs).unref();
  }
  get src() {
    return this.#source ? "blob:" : "";
  }
  set src(_url) {
    this.#source = URL.opened;
    queueMicrotask(() => this.#source.open());
  }
  get currentSrc() {
    return this.src;
  }
  get currentTime() {
    return this.#time;
  }
  set currentTime(time) {
    this.#time = time;
    this.#shown = -1;
    this.seeking = true;
    queueMicrotask(() => {
      this.dispatchEvent(new Event("seeking"));
      this.seeking = false;
      this.dispatchEvent(new Event("seeked"));
    });
  }
  get buffered() {
    return new Ranges(this.#source?.sourceBuffers[0]?.spans ?? []);
  }
  get seekable() {
    return this.buffered;
  }
  get duration() {
    return this.#source?.duration ?? Number.NaN;
  }
  get readyState() {
    return this.#playableUntil() > this.#time ? 4 : 1;
  }
  async play() {
    this.paused = false;
  }
  pause() {
    this.paused = true;
  }
  load() {}
  canPlayType() {
    return "maybe";
  }
  addTextTrack() {
    return { mode: "disabled", cues: [], addCue() {}, removeCue() {} };
  }
  querySelectorAll() {
    return [];
  }
  removeAttribute() {}
  requestVideoFrameCallback(callback) {
    return this.#onPicture.push(callback);
  }
  getVideoPlaybackQuality() {
    return { droppedVideoFrames: 0, totalVideoFrames: 0 };
  }
  #playableUntil() {
    const held = this.buffered.spans.find(([start, end]) => start <= this.#time && this.#time < end);
    return held ? held[1] : -1;
  }
  #step(elapsed) {
    const until = this.#playableUntil();
    if (this.paused || until < 0) {
      if (!this.#stalled) {
        this.#stalled = true;
        this.dispatchEvent(new Event("waiting"));
      }
      return;
    }
    if (this.#stalled) {
      this.#stalled = false;
      this.dispatchEvent(new Event("playing"));
    }
    this.#time = Math.min(until, this.#time + elapsed * this.playbackRate);
    this.#show();
    this.dispatchEvent(new Event("timeupdate"));
  }
  // Show what the time has come to, one after another: a busy machine makes a browser drop pictures, not this.
  #show() {
    const due = (this.#source?.sourceBuffers[0]?.pictures ?? []).filter((time) => time <= this.#time);
    const next =
      this.#shown < 0 ? due.slice(-1) : due.slice(due.findLastIndex((time) => time <= this.#shown) + 1);
    for (const mediaTime of next) {
      this.#shown = mediaTime;
      for (const callback of this.#onPicture.splice(0)) {
        callback(performance.now(), { mediaTime });
      }
    }
  }
}
