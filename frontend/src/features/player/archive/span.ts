/** Stretches of time, from (included) to (not included), in ms since 1970; lists of them are sorted. */

export interface Span {
  from: number;
  to: number;
}

/** The part of `span` within `window`; null where they do not meet. */
export function clip<T extends Span>(span: T, window: Span): T | null {
  const from = Math.max(span.from, window.from);
  const to = Math.min(span.to, window.to);
  return to > from ? { ...span, from, to } : null;
}

/** The parts of `spans` within `window`. Finds its place by halving: of a month's thousands few are shown. */
export function within<T extends Span>(spans: readonly T[], window: Span): T[] {
  const found: T[] = [];
  for (let index = firstEndingAfter(spans, window.from); index < spans.length; index += 1) {
    const span = spans[index];
    if (span === undefined || span.from >= window.to) break;
    const part = clip(span, window);
    if (part !== null) found.push(part);
  }
  return found;
}

/** The span that holds `ms`. `slackMs`: the nearest one that begins or ends so close counts too. */
export function spanAt<T extends Span>(spans: readonly T[], ms: number, slackMs = 0): T | undefined {
  let best: T | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = firstEndingAfter(spans, ms - slackMs); index < spans.length; index += 1) {
    const span = spans[index];
    if (span === undefined || span.from > ms + slackMs) break;
    const distance = Math.max(span.from - ms, ms - span.to, 0);
    const holds = ms >= span.from && ms < span.to;
    if (holds) return span;
    if (distance < bestDistance && slackMs > 0) {
      best = span;
      bestDistance = distance;
    }
  }
  return best;
}

/** The index of the first span that ends after `ms`; where none does, the length. */
export function firstEndingAfter(spans: readonly Span[], ms: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.to ?? 0) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Neighbours that touch made one where `same` allows it; what begins earlier comes first. */
export function merged<T extends Span>(spans: readonly T[], same: (a: T, b: T) => boolean = () => true): T[] {
  const joined: T[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && span.from <= last.to && same(last, span)) {
      joined[joined.length - 1] = { ...last, to: Math.max(last.to, span.to) };
    } else joined.push(span);
  }
  return joined;
}

/** How much of `window` is in `spans`, in ms. */
export function covered(spans: readonly Span[], window: Span): number {
  return within(spans, window).reduce((sum, span) => sum + span.to - span.from, 0);
}
