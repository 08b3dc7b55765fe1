/** Reads from what is appended to the browser's video buffer when each picture is due. */

// Boxes of ISO/IEC 14496-12: size, four letters, content.
interface Box {
  type: string;
  from: number;
  to: number;
}

function* boxes(view: DataView, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    if (size < 8) return;
    const type = String.fromCharCode(
      view.getUint8(at + 4),
      view.getUint8(at + 5),
      view.getUint8(at + 6),
      view.getUint8(at + 7),
    );
    yield { type, from: at + 8, to: Math.min(at + size, to) };
    at += size;
  }
}

function find(view: DataView, path: readonly string[], from: number, to: number): Box | null {
  const [first, ...rest] = path;
  for (const box of boxes(view, from, to)) {
    if (box.type === first) return rest.length === 0 ? box : find(view, rest, box.from, box.to);
  }
  return null;
}

const HAS_DATA_OFFSET = 0x1;
const HAS_FIRST_FLAGS = 0x4;
const HAS_DURATION = 0x100;
const HAS_SIZE = 0x200;
const HAS_FLAGS = 0x400;
const HAS_COMPOSITION_OFFSET = 0x800;

/** How many ticks a second has, from an initialisation segment; null where `bytes` are none. */
export function timescaleOf(bytes: Uint8Array): number | null {
  const view = viewOf(bytes);
  const header = find(view, ["moov", "trak", "mdia", "mdhd"], 0, bytes.byteLength);
  if (header === null) return null;
  return view.getUint32(header.from + (view.getUint8(header.from) === 1 ? 20 : 12));
}

/** When the pictures of movie fragments are due, in seconds of the media time line, in the order they are shown. */
export function frameTimes(bytes: Uint8Array, timescale: number): number[] {
  const view = viewOf(bytes);
  const due: number[] = [];
  for (const moof of boxes(view, 0, bytes.byteLength)) {
    if (moof.type !== "moof") continue;
    const time = find(view, ["traf", "tfdt"], moof.from, moof.to);
    const run = find(view, ["traf", "trun"], moof.from, moof.to);
    if (time === null || run === null) continue;
    const isLong = view.getUint8(time.from) === 1;
    const base = isLong ? Number(view.getBigUint64(time.from + 4)) : view.getUint32(time.from + 4);
    due.push(...ticksOf(view, run, base));
  }
  return due.sort((one, other) => one - other).map((ticks) => ticks / timescale);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// A track run: for each sample those of four fields that the flags announce.
function ticksOf(view: DataView, run: Box, base: number): number[] {
  const flags = view.getUint32(run.from) & 0xffffff;
  const count = view.getUint32(run.from + 4);
  const due: number[] = [];
  let ticks = base;
  let at = run.from + 8 + (flags & HAS_DATA_OFFSET ? 4 : 0) + (flags & HAS_FIRST_FLAGS ? 4 : 0);
  const take = (flag: number): number => {
    if ((flags & flag) === 0) return 0;
    at += 4;
    return view.getInt32(at - 4);
  };
  for (let sample = 0; sample < count && at < run.to; sample += 1) {
    const duration = take(HAS_DURATION);
    take(HAS_SIZE);
    take(HAS_FLAGS);
    due.push(ticks + take(HAS_COMPOSITION_OFFSET));
    ticks += duration;
  }
  return due;
}
