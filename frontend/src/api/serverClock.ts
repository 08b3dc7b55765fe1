/** The gateway's clock: "now" on pages is its now, whatever the viewer's machine believes. */

// The Date header has whole seconds: what differs by less may be nothing, and must not make "now" go to and fro.
const NOTICEABLE_MS = 1_500;
let offsetMs = 0;

/** Takes an answer's Date header into account; `sentMs` and `answeredMs` are by the viewer's clock. */
export function noteServerTime(date: string | null, sentMs: number, answeredMs: number): void {
  const told = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(told) || answeredMs - sentMs > 2_000) return;
  const offset = told + 500 - (sentMs + answeredMs) / 2;
  if (Math.abs(offset - offsetMs) >= NOTICEABLE_MS) offsetMs = offset;
}

/** Now by the gateway's clock, in ms since 1970. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}
