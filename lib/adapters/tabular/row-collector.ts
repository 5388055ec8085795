import { type NumberKind, number } from './number.ts';
import { parsed, wallText } from './timestamp.ts';
import {
  maxRejectionsListed,
  mostRows,
  type Rows,
  type Table,
  TabularError,
  type TimestampForm,
} from './types.ts';
import { resolveWallClock } from './wall-clock.ts';

class Growing {
  time = new Float64Array(1024);
  value = new Float64Array(1024);
  line = new Uint32Array(1024);
  length = 0;

  push(time: number, value: number, line: number) {
    if (this.length === this.time.length) {
      const size = this.length * 2;
      this.time = grow(this.time, new Float64Array(size));
      this.value = grow(this.value, new Float64Array(size));
      this.line = grow(this.line, new Uint32Array(size));
    }
    this.time[this.length] = time;
    this.value[this.length] = value;
    this.line[this.length++] = line;
  }

  rows(): Rows {
    const { time, value, line, length } = this;
    return {
      time: time.subarray(0, length),
      value: value.subarray(0, length),
      line: line.subarray(0, length),
    };
  }
}

const grow = <T extends Float64Array | Uint32Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};

const forms: Record<TimestampForm, string> = {
  instant: 'with Z or an offset',
  local: 'wall-clock time without an offset',
  date: 'a bare date',
  epoch: 'seconds or milliseconds since 1970',
};

/** The row being added, as it was written: asked for only in messages. */
export interface WrittenRow {
  timestampText(): string;
  valueText(): string;
}

/** Collects the rows of a source, one by one and without row objects, and says what it refused. */
export class RowCollector {
  private readonly series = new Map<string, Growing>();
  private form: TimestampForm | undefined;
  private firstExample = '';
  private readonly most: number;
  private rows = 0;
  private missing = 0;
  private rejected = 0;
  private readonly rejections: { line: number; reason: string }[] = [];
  private lastName: string | undefined;
  private last: Growing | undefined;

  /** @param most rows that are taken */
  constructor(most = mostRows) {
    this.most = most;
  }

  reject(line: number, reason: string) {
    this.rejected++;
    if (this.rejections.length < maxRejectionsListed) this.rejections.push({ line, reason });
  }

  /** Adds the row whose timestamp is in `parsed` and whose value is in `number`. */
  add(line: number, kind: NumberKind, name: string, written: WrittenRow) {
    if (this.form === undefined) {
      this.form = parsed.form;
      this.firstExample = written.timestampText();
    } else if (this.form !== parsed.form) {
      throw new TabularError(
        `Two forms of timestamps in one source: "${this.firstExample}" (${forms[this.form]}) and, on line ${line}, "${written.timestampText()}" (${forms[parsed.form]}). Write all of them in one form.`,
      );
    }
    if (++this.rows > this.most)
      throw new TabularError(`More than ${this.most} rows in one source: split it into smaller files.`);
    if (kind === 'number') {
      if (name !== this.lastName) {
        this.lastName = name;
        this.last = this.series.get(name);
        if (this.last === undefined) {
          this.last = new Growing();
          this.series.set(name, this.last);
        }
      }
      this.last!.push(parsed.ms, number.value, line);
    } else if (kind === 'missing') this.missing++;
    else
      this.reject(
        line,
        `expected a finite number with a decimal point, got "${written.valueText()}"${kind === 'infinite' ? ' (beyond 1e30)' : ''}`,
      );
  }

  /** Turns wall-clock times into instants of the zone and hands over what was read. */
  finish(timeZone: string): Table {
    const series = new Map<string, Rows>();
    for (const [name, growing] of this.series) {
      const rows = growing.rows();
      series.set(
        name,
        this.form === 'local' || this.form === 'date'
          ? resolveWallClock(rows, timeZone, this.form, (line, wall) =>
              this.reject(line, `${wallText(wall)} does not exist in ${timeZone}: the clock jumps over it`),
            )
          : rows,
      );
    }
    this.rejections.sort((a, b) => a.line - b.line);
    return {
      series,
      ...(this.form !== undefined && { form: this.form }),
      missing: this.missing,
      rejected: this.rejected,
      rejections: this.rejections,
    };
  }
}

/** Text for a message: one line, at most 60 characters. */
export const excerpt = (text: string) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not reach a terminal
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
};

export const noTimestamp = (got: string) =>
  `expected a timestamp such as 2026-03-29T02:30:00Z, 2026-03-29 02:30 or 2026-03-29, got "${excerpt(got)}"`;
