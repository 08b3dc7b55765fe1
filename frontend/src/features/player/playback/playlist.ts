/** Media playlists (RFC 8216) as the gateway serves them, read and written. */

export interface Entry {
  /** The address, absolute within the site. */
  uri: string;
  /** When its first picture was taken, in ms since 1970. */
  dateMs: number;
  durationMs: number;
  /** Whether it does not simply go on from the one before (EXT-X-DISCONTINUITY). */
  breaks: boolean;
}

/** When the entry's last picture has been shown, in ms since 1970. */
export function endOf(entry: Entry): number {
  return entry.dateMs + entry.durationMs;
}

/** The same file has several addresses (live, by its hour): its own name says which it is. */
export function fileOf(entry: Entry): string {
  return entry.uri.slice(entry.uri.lastIndexOf("/") + 1);
}

/**
 * The entries of `text`, a playlist at the path `base`. Dates that it leaves out follow from the one before;
 * entries before its first date are left out, since nobody could say when they were.
 */
export function readPlaylist(text: string, base: string): Entry[] {
  const entries: Entry[] = [];
  const folder = base.slice(0, base.lastIndexOf("/") + 1);
  let dateMs = Number.NaN;
  let durationMs = 0;
  let breaks = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("#EXTINF:")) durationMs = Number.parseFloat(line.slice(8)) * 1000;
    else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) dateMs = Date.parse(line.slice(25));
    else if (line.startsWith("#EXT-X-DISCONTINUITY") && !line.includes(":")) breaks = true;
    else if (line !== "" && !line.startsWith("#")) {
      if (!Number.isNaN(dateMs)) {
        entries.push({ uri: line.startsWith("/") ? line : folder + line, dateMs, durationMs, breaks });
      }
      dateMs += durationMs;
      breaks = false;
    }
  }
  return entries;
}

/** A run of entries with the counters that players know them by: neither ever goes back. */
export interface Reel {
  /** Media sequence number of the first entry. */
  sequence: number;
  /** How many breaks there were before the first entry. */
  breaksBefore: number;
  entries: readonly Entry[];
}

/** The reel as a playlist that may still grow. */
export function writePlaylist(reel: Reel): string {
  const longest = Math.max(1, ...reel.entries.map((entry) => Math.round(entry.durationMs / 1000)));
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    `#EXT-X-TARGETDURATION:${longest}`,
    `#EXT-X-MEDIA-SEQUENCE:${reel.sequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${reel.breaksBefore}`,
  ];
  for (const entry of reel.entries) {
    if (entry.breaks) lines.push("#EXT-X-DISCONTINUITY");
    lines.push(
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(entry.dateMs).toISOString()}`,
      `#EXTINF:${(entry.durationMs / 1000).toFixed(3)},`,
      entry.uri,
    );
  }
  return `${lines.join("\n")}\n`;
}
