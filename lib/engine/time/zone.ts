/** A span of time in which a zone keeps one offset: local = instant + offset. */
export interface OffsetSpan {
  /** Half-open [from, until), milliseconds since 1970; −∞ and +∞ never appear: spans end at the probed range. */
  from: number;
  until: number;
  offset: number;
}

const probe = 5 * 86_400_000;
const chunk = 64 * probe;

interface Zone {
  format: Intl.DateTimeFormat;
  /** Spans of each chunk of time (320 days), found when first asked for. */
  chunks: Map<number, OffsetSpan[]>;
  last: OffsetSpan;
}

const zones = new Map<string, Zone>();

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    zone = { format, chunks: new Map(), last: { from: 0, until: 0, offset: 0 } };
    zones.set(timeZone, zone);
  }
  return zone;
}

/** Whether the language knows this IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function readOffset(format: Intl.DateTimeFormat, ms: number): number {
  const field: Record<string, number> = {};
  for (const part of format.formatToParts(ms)) field[part.type] = Number(part.value);
  const local = Date.UTC(
    field.year!,
    field.month! - 1,
    field.day!,
    field.hour!,
    field.minute!,
    field.second!,
  );
  return local - Math.floor(ms / 1000) * 1000;
}

/**
 * The language tells an offset for an instant but no transitions: they are found by probing every five days
 * (an offset that was kept for less would be missed; none in use is) and bisecting to the second.
 */
function findSpans(format: Intl.DateTimeFormat, index: number): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  const end = (index + 1) * chunk;
  let from = index * chunk;
  let offset = readOffset(format, from);
  for (let at = from; at < end; at += probe) {
    const nextOffset = readOffset(format, at + probe);
    if (nextOffset === offset) continue;
    let low = at;
    let high = at + probe;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (readOffset(format, middle) === offset) low = middle;
      else high = middle;
    }
    if (high < end) {
      spans.push({ from, until: high, offset });
      from = high;
      offset = nextOffset;
    }
  }
  spans.push({ from, until: end, offset });
  return spans;
}

/** The span of constant offset that holds this instant. Cut at the edges of what was probed. */
export function offsetSpan(timeZone: string, ms: number): OffsetSpan {
  const zone = zoneOf(timeZone);
  if (ms >= zone.last.from && ms < zone.last.until) return zone.last;
  const index = Math.floor(ms / chunk);
  if (!Number.isFinite(index))
    throw new RangeError(`An instant is a finite number of milliseconds, got ${ms}`);
  let spans = zone.chunks.get(index);
  if (spans === undefined) {
    spans = findSpans(zone.format, index);
    zone.chunks.set(index, spans);
  }
  let found = spans[0]!;
  for (const span of spans) if (span.from <= ms) found = span;
  zone.last = found;
  return found;
}
