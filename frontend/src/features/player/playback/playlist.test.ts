import { expect, test } from "vitest";
import { type Entry, fileOf, readPlaylist, writePlaylist } from "./playlist";

const ARCHIVE = `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:8
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-PROGRAM-DATE-TIME:2026-11-21T10:00:00.500Z
#EXTINF:3.520,
segments/2026-11-21T10/segment_000000007.ts
#EXTINF:1.000,
segments/2026-11-21T10/segment_000000008.ts
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-11-21T10:09:00.000Z
#EXTINF:2.000,
segments/2026-11-21T10/segment_000000020.ts
`;
const TEN = Date.UTC(2026, 10, 21, 10);

test("entries without a date of their own follow the one before; a break belongs to the entry behind it", () => {
  const entries = readPlaylist(ARCHIVE, "/media/lab-1/street/playlist.m3u8");
  expect(entries.map((entry) => [entry.dateMs - TEN, entry.durationMs, entry.breaks])).toEqual([
    [500, 3520, false],
    [4020, 1000, false],
    [540_000, 2000, true],
  ]);
  expect(entries[0]?.uri).toBe("/media/lab-1/street/segments/2026-11-21T10/segment_000000007.ts");
});

test("live and archive name the same file differently; it is the same file", () => {
  const live = readPlaylist(
    "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T10:00:00Z\n#EXTINF:1.0,\nsegment_000000007.ts\n",
    "/media/lab-1/street/segments/output.m3u8",
  );
  const archive = readPlaylist(ARCHIVE, "/media/lab-1/street/playlist.m3u8");
  expect(live.map(fileOf)).toEqual(archive.slice(0, 1).map(fileOf));
});

test("the discontinuity sequence of a live playlist is no break", () => {
  const text =
    "#EXT-X-DISCONTINUITY-SEQUENCE:5\n#EXT-X-PROGRAM-DATE-TIME:2026-11-21T10:00:00Z\n#EXTINF:1.0,\na.ts\n";
  expect(readPlaylist(text, "/x/y.m3u8")[0]?.breaks).toBe(false);
});

test("what is written can be read again, with its counters", () => {
  const entries: Entry[] = [
    { uri: "/media/a/b/segments/segment_1.ts", dateMs: TEN, durationMs: 1000, breaks: false },
    { uri: "/media/a/b/segments/segment_5.ts", dateMs: TEN + 9000, durationMs: 3520, breaks: true },
  ];
  const text = writePlaylist({ sequence: 12, breaksBefore: 3, entries });
  expect(readPlaylist(text, "/media/reel.m3u8")).toEqual(entries);
  expect(text).toContain("#EXT-X-MEDIA-SEQUENCE:12\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n");
  expect(text).toContain("#EXT-X-TARGETDURATION:4\n");
  expect(text).not.toContain("ENDLIST");
});
