// When was the picture that is on the screen? `hls.playingDate` does not say: it is of the fragment that hls.js
// last found under the playhead, ten times a second, so that it runs on by the old fragment's date behind a
// discontinuity, and where the playhead waits at the end of the buffer it is already of the fragment that comes
// next while the last picture still stands. So this asks the picture, not the playhead: its own time on the
// media time line (`requestVideoFrameCallback`) lies in exactly one fragment, and that fragment has a date.

// Browsers round a picture's time to whole microseconds. The last picture of a fragment stands longer than this.
const ROUNDING_S = 0.001;

export class ShownDates {
  // By media sequence number: where the pictures of a fragment lie on the media time line, and the first one's date.
  #fragments = new Map();

  // `hls` with its `Events`; to be made before it loads anything.
  constructor(hls, Events) {
    hls.on(Events.MANIFEST_LOADING, () => this.#fragments.clear());
    // The last moment before a fragment's pictures can be on the screen. Its place is that of its pictures by now,
    // not the one that the playlist made expect, and not that of its sound, which may begin earlier.
    hls.on(Events.BUFFER_APPENDING, (_event, { frag, type }) => {
      const place = frag.elementaryStreams.video;
      if (type === "video" && place && frag.programDateTime !== null) {
        const { startPTS: begin_s, endPTS: end_s } = place;
        this.#fragments.set(frag.sn, { begin_s, end_s, date_ms: frag.programDateTime });
      }
    });
  }

  // The date, in milliseconds since 1970, of the picture whose time is `media_s`; null where none is known.
  of(media_s) {
    let found = null;
    for (const fragment of this.#fragments.values()) {
      // Where two overlap, the later one's pictures have replaced the other's.
      if (fragment.begin_s <= media_s + ROUNDING_S && fragment.begin_s >= (found?.begin_s ?? -Infinity)) {
        found = fragment;
      }
    }
    if (found === null || media_s > found.end_s) {
      return null;
    }
    return Math.round(found.date_ms + (media_s - found.begin_s) * 1000);
  }
}
