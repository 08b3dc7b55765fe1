/** What a live playlist says of its segments, made exact. */

/**
 * The playlist with the target duration that its segments really have, in whole seconds (RFC 8216 4.3.3.1).
 *
 * Recorders declare a generous one, since it may never change. A player takes from it how often it asks for
 * the playlist, and how far behind the newest segment it plays.
 */
export function withTrueTarget(playlist: string): string {
  let longest = 0;
  for (const found of playlist.matchAll(/^#EXTINF:([\d.]+)/gm)) longest = Math.max(longest, Number(found[1]));
  if (!(longest > 0)) return playlist;
  const target = Math.max(1, Math.round(longest));
  return playlist.replace(/^#EXT-X-TARGETDURATION:\d+/m, `#EXT-X-TARGETDURATION:${target}`);
}
