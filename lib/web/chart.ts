import uPlot from 'uplot';
import type { Grain, Series, Span } from './api.ts';
import { columnsOf, type Lines } from './columns.ts';
import { label, type Marks, shade, wordsAt } from './marks.ts';
import { compact, instant, number } from './words.ts';

export interface ChartData extends Lines {
  series: Series;
  grain: Grain;
  span: Span;
  marks: Marks;
}

export interface Chart {
  /** What lies over the drawing, in its coordinates. */
  over: HTMLElement;
  /** Pixels from the left of `over`. */
  left(instant: number): number;
  instant(left: number): number;
  /** The same window with other lines or marks. */
  update(lines: Lines, marks: Marks): void;
  onResize(listener: () => void): void;
  destroy(): void;
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * Labels of the time axis: [least seconds between ticks, label, then below it what is added when the year, …, day, …
 * is another one than the tick's before]. The form is uPlot's.
 */
const dateTicks: uPlot.Axis.Values = [
  [365 * 86_400, '{YYYY}', null, null, null, null, null, null, 1],
  [28 * 86_400, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{WWW} {D} {MMM} {YYYY}', null, '\n{WWW} {D} {MMM}', null, null, null, 1],
];

/** Charts of one time axis: what the pointer is over in one, it is over in the other. */
export const sameTime: uPlot.Cursor.Sync = { key: 'time', scales: ['x', null], setSeries: false };

export function axes(): uPlot.Axis[] {
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: `12px ${colour('--font')}`,
  };
  return [
    { ...axis, space: 72, size: 46, values: dateTicks },
    { ...axis, size: 54, values: (_plot, ticks) => ticks.map(compact) },
  ];
}

/**
 * Draws history, forecast, what it would be and what it was, each with its band, into a box, following the box's width.
 * `onZoom` is told the span that a person drags over; `onHover` what lies under the pointer.
 */
export function drawChart(
  box: HTMLElement,
  data: ChartData,
  listeners: { onZoom(span: Span): void; onHover(words: string): void },
): Chart {
  const { series, grain, span } = data;
  let { marks } = data;
  let columns = columnsOf(data);
  const resized: (() => void)[] = [];
  const height = () => Math.round(Math.min(Math.max(window.innerHeight * 0.48, 260), 480));
  const points = columns[0].length < 60;
  const edge = { stroke: 'transparent', points: { show: false } };
  const readout = (plot: uPlot) => {
    const i = plot.cursor.idx;
    if (i === null || i === undefined) return listeners.onHover('');
    const [time, actual, mean, lower, upper, supposed, , , past] = columns.map((column) => column[i]);
    const parts = [instant(time! * 1000, series.timeZone, grain)];
    if (typeof actual === 'number') parts.push(`observed ${number(actual)}`);
    if (typeof mean === 'number') parts.push(`forecast ${number(mean)}`);
    if (typeof lower === 'number' && typeof upper === 'number')
      parts.push(`80 % between ${number(lower)} and ${number(upper)}`);
    if (typeof supposed === 'number') parts.push(`what if ${number(supposed)}`);
    if (typeof past === 'number') parts.push(`seen before as ${number(past)}`);
    if (parts.length === 1) parts.push('nothing observed');
    parts.push(...wordsAt(marks, time! * 1000));
    listeners.onHover(parts.join('  ·  '));
  };
  const plot = new uPlot(
    {
      width: box.clientWidth,
      height: height(),
      padding: [10, 28, 0, 0],
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), series.timeZone),
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        sync: sameTime,
      },
      scales: {
        x: { time: true, range: () => [span.start / 1000, span.end / 1000] },
        y: {
          range: (_plot, low, high) => {
            const room = (high - low || Math.abs(high) || 1) * 0.06;
            const floor =
              series.metricKind === 'count' || low < (high - low) * 0.6 ? Math.min(0, low) : low - room;
            return [floor, high + room];
          },
        },
      },
      axes: axes(),
      series: [
        {},
        { stroke: colour('--history'), width: 1.4, points: { show: points } },
        { stroke: colour('--accent'), width: 1.6, points: { show: points } },
        edge,
        edge,
        { stroke: colour('--supposed'), width: 1.8, points: { show: points } },
        edge,
        edge,
        { stroke: colour('--past'), width: 1.6, dash: [6, 4], points: { show: points } },
        edge,
        edge,
      ],
      bands: [
        { series: [4, 3], fill: colour('--band') },
        { series: [7, 6], fill: colour('--supposed-band') },
        { series: [10, 9], fill: colour('--past-band') },
      ],
      hooks: {
        drawClear: [(drawn) => shade(drawn, marks)],
        draw: [(drawn) => label(drawn, marks)],
        setCursor: [readout],
        setSelect: [
          (drawn) => {
            const { left, width } = drawn.select;
            if (width < 8) return;
            listeners.onZoom({
              start: drawn.posToVal(left, 'x') * 1000,
              end: drawn.posToVal(left + width, 'x') * 1000,
            });
          },
        ],
      },
    },
    columns as uPlot.AlignedData,
    box,
  );
  const watcher = new ResizeObserver(() => {
    if (box.clientWidth === 0) return;
    plot.setSize({ width: box.clientWidth, height: height() });
    for (const listener of resized) listener();
  });
  watcher.observe(box);
  return {
    over: plot.over,
    left: (instant) => plot.valToPos(instant / 1000, 'x'),
    instant: (left) => plot.posToVal(left, 'x') * 1000,
    update(lines, newer) {
      marks = newer;
      columns = columnsOf(lines);
      plot.setData(columns as uPlot.AlignedData);
    },
    onResize: (listener) => resized.push(listener),
    destroy() {
      watcher.disconnect();
      plot.destroy();
    },
  };
}
