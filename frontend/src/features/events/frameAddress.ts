/** Where an event's frame is, as whoever sent its caption said. */

/** The address of a frame that a browser can open; null: it is named in words, or in another way. */
export function frameAddress(frame: string): string | null {
  if (!URL.canParse(frame)) return null;
  const { protocol, href } = new URL(frame);
  return protocol === "http:" || protocol === "https:" ? href : null;
}
