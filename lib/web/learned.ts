import {
  type Findings,
  type Lesson,
  type Peaks,
  readFindings,
  readPeaks,
  type Series,
  type Span,
} from './api.ts';
import { element } from './elements.ts';
import { breakWords, exclusionWords } from './marks.ts';
import { peakTables } from './peaks.ts';
import { instant } from './words.ts';
import { day } from './zoom.ts';

/** What a run says of a series beside its rows: what was found in the history, and the peaks ahead. */
export interface Learned {
  findings: Findings;
  words: Lesson[];
  events: Peaks;
  days: Peaks;
}

/** The highest days are those of the next months: what is further is read when it comes nearer. */
const daysAhead = 90;
/** Findings told one by one, the latest first; the chart marks them all. */
const mostFindings = 8;

const noPeaks: Peaks = { of: 'hour', start: [], end: [], quantiles: {}, time: [] };
export const nothingLearned: Learned = {
  findings: { exclusions: [], breaks: [] },
  words: [],
  events: noPeaks,
  days: noPeaks,
};

export async function readLearned(series: Series, signal: AbortSignal): Promise<Learned> {
  const until = Date.parse(series.forecast!.cutoff!) + daysAhead * day;
  const [{ findings, words }, events, days] = await Promise.all([
    readFindings(series, signal),
    readPeaks(series, 'event', undefined, signal),
    readPeaks(series, 'day', until, signal),
  ]);
  return { findings, words, events, days };
}

export function learned(series: Series, known: Learned, onShow: (span: Span) => void): HTMLElement[] {
  return [
    ...peakTables(series, known, onShow),
    ...findingList(series, known.findings),
    ...lessonList(known.words),
  ];
}

/** What is not marked on the chart one by one: the trend, holidays, events, periods. */
function lessonList(words: Lesson[]): HTMLElement[] {
  const lessons = words.filter(({ about }) => about !== 'exclusion' && about !== 'break');
  if (lessons.length === 0) return [];
  return [
    element(
      'section',
      { class: 'panel', 'aria-label': 'Learnt from the history' },
      element('h2', {}, 'Learnt from the history'),
      element('ul', {}, ...lessons.map((lesson) => element('li', {}, lesson.words))),
    ),
  ];
}

function findingList({ timeZone }: Series, { exclusions, breaks }: Findings): HTMLElement[] {
  const lines = [
    ...exclusions.map((found) => ({
      at: Date.parse(found.start),
      words: `${instant(Date.parse(found.start), timeZone)} to ${instant(Date.parse(found.end), timeZone)}: left out, ${exclusionWords(found)}`,
    })),
    ...breaks.map((found) => ({
      at: Date.parse(`${found.date}T12:00:00Z`),
      words: `${instant(Date.parse(`${found.date}T12:00:00Z`), timeZone, 'day')}: ${breakWords(found)}${found.declared ? ' (declared)' : ''}`,
    })),
  ].sort((a, b) => b.at - a.at);
  if (lines.length === 0) return [];
  const more = lines.length - mostFindings;
  return [
    element(
      'section',
      { class: 'panel', 'aria-label': 'Found in the history' },
      element('h2', {}, 'Found in the history'),
      element(
        'ul',
        {},
        ...lines.slice(0, mostFindings).map(({ words }) => element('li', {}, words)),
        more > 0 && element('li', {}, `and ${more} earlier`),
      ),
    ),
  ];
}
