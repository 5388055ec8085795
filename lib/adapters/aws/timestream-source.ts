import {
  QueryCommand,
  type QueryResponse,
  type TimestreamQueryClient,
} from '@aws-sdk/client-timestream-query';
import type { Observations } from '../../engine/index.ts';
import type { HistorySourceSettings, TimestreamSettings } from '../../service/contracts/history-source.ts';
import type { SeriesKey } from '../../service/contracts/series.ts';
import { HistorySourceFailed, reasonOf, Unavailable } from '../../service/errors.ts';
import type { HistorySource } from '../../service/ports.ts';
import { timestreamClient } from './clients.ts';
import { asUnavailable } from './unavailable.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Span of a first query: a month of minutes is two or three pages. Halved whenever Timestream's 60 s are too short. */
const longestMs = 30 * 24 * hourMs;
/** A token that expires is asked for anew from the last row; that often without a new row, and it is no accident. */
const mostExpired = 3;
/** Series are found by their rows of the last days: a scan of all years would cost by the terabyte. */
const searchedDays = 7;

/** The port of the settings, where they name one. */
export const historySourceOf = (settings: HistorySourceSettings): { source?: HistorySource } =>
  settings.kind === 'timestream'
    ? { source: new TimestreamSource({ client: timestreamClient(), settings }) }
    : {};

class TooLong extends Error {}
class TokenExpired extends Error {}

/** An existing Timestream for LiveAnalytics table, only read: one-minute bins, summed (count) or averaged (gauge). */
export class TimestreamSource implements HistorySource {
  readonly metricKind: TimestreamSettings['metricKind'];
  readonly overlapMinutes: number;
  readonly firstDays: number;
  private readonly client: TimestreamQueryClient;
  private readonly settings: TimestreamSettings;

  constructor({ client, settings }: { client: TimestreamQueryClient; settings: TimestreamSettings }) {
    this.client = client;
    this.settings = settings;
    this.metricKind = settings.metricKind;
    this.overlapMinutes = settings.overlapMinutes;
    this.firstDays = settings.firstDays;
  }

  async series(): Promise<{ team: string; metric: string }[]> {
    const { team, metric } = this.settings;
    const query = `SELECT DISTINCT ${nameOf(team)} AS team, ${nameOf(metric)} AS metric FROM ${this.table()} WHERE ${[
      `time >= ago(${searchedDays}d)`,
      ...this.conditions(),
    ].join(' AND ')}`;
    const found: { team: string; metric: string }[] = [];
    try {
      for await (const page of this.pages(query))
        for (const { Data } of page.Rows ?? [])
          found.push({ team: Data?.[0]?.ScalarValue ?? '', metric: Data?.[1]?.ScalarValue ?? '' });
    } catch (error) {
      if (error instanceof TooLong || error instanceof TokenExpired) throw this.failed(query, error);
      throw error;
    }
    return found;
  }

  async *rows(
    series: SeriesKey,
    { start, end }: { start: number; end: number },
  ): AsyncIterable<Observations> {
    let span = longestMs;
    let expired = 0;
    for (let from = start; from < end; ) {
      const to = Math.min(end, from + span);
      const query = this.rowsQuery(series, from, to);
      const time: number[] = [];
      const value: number[] = [];
      let next = to;
      try {
        for await (const page of this.pages(query)) this.take(query, page, time, value);
        expired = 0;
      } catch (error) {
        if (error instanceof TooLong && span > hourMs) {
          span = Math.max(hourMs, span / 2);
          continue;
        }
        if (!(error instanceof TokenExpired))
          throw error instanceof TooLong ? this.failed(query, error) : error;
        expired = time.length > 0 ? 1 : expired + 1;
        if (expired > mostExpired) throw this.failed(query, error);
        // Rows come in order: what is there is whole up to the last minute.
        next = time.length > 0 ? time.at(-1)! + minuteMs : from;
      }
      if (time.length > 0) yield { time: Float64Array.from(time), value: Float64Array.from(value) };
      from = next;
    }
  }

  private rowsQuery({ team, metric }: SeriesKey, from: number, to: number): string {
    const { settings } = this;
    const aggregate = settings.metricKind === 'count' ? 'sum' : 'avg';
    const conditions = [
      `time >= from_milliseconds(${from})`,
      `time < from_milliseconds(${to})`,
      ...('column' in settings.team ? [`${quoted(settings.team.column)} = ${literal(team)}`] : []),
      ...('column' in settings.metric ? [`${quoted(settings.metric.column)} = ${literal(metric)}`] : []),
      ...this.conditions(),
    ];
    return `SELECT bin(time, 1m) AS minute, ${aggregate}(${quoted(settings.valueColumn)}) AS value FROM ${this.table()} WHERE ${conditions.join(' AND ')} GROUP BY bin(time, 1m) ORDER BY minute`;
  }

  /** A first page may hold nothing but a token. */
  private async *pages(query: string): AsyncIterable<QueryResponse> {
    let token: string | undefined;
    do {
      const page: QueryResponse = await this.page(query, token);
      yield page;
      token = page.NextToken;
    } while (token !== undefined);
  }

  private async page(query: string, token: string | undefined): Promise<QueryResponse> {
    try {
      return await this.client.send(new QueryCommand({ QueryString: query, NextToken: token }));
    } catch (error) {
      const { name } = error as Error;
      if (name === 'QueryExecutionException' || name === 'TimeoutError')
        throw new TooLong(reasonOf(error), { cause: error });
      if (name === 'ValidationException' && token !== undefined)
        throw new TokenExpired(reasonOf(error), { cause: error });
      const known = asUnavailable(error, `Timestream (${this.table()})`);
      throw known instanceof Unavailable ? known : this.failed(query, error);
    }
  }

  private take(query: string, page: QueryResponse, time: number[], value: number[]): void {
    const type = page.ColumnInfo?.[1]?.Type?.ScalarType;
    if ((page.Rows ?? []).length > 0 && !/^(DOUBLE|BIGINT|INTEGER)$/.test(type ?? ''))
      throw this.failed(query, new Error(`${this.settings.valueColumn} is ${type}, expected a number`));
    for (const { Data } of page.Rows ?? []) {
      if (Data?.[1]?.NullValue) continue;
      const text = Data?.[0]?.ScalarValue ?? '';
      const at = Date.parse(`${text.slice(0, 23).replace(' ', 'T')}Z`);
      const number = Number(Data?.[1]?.ScalarValue ?? Number.NaN);
      if (!Number.isFinite(at) || !Number.isFinite(number))
        throw this.failed(query, new Error(`a row is ${JSON.stringify(Data)}, expected a time and a number`));
      time.push(at);
      value.push(number);
    }
  }

  private conditions = () =>
    Object.entries(this.settings.where).map(([column, value]) => `${quoted(column)} = ${literal(value)}`);

  private table = () => `"${this.settings.database}"."${this.settings.table}"`;

  private failed(query: string, error: unknown): HistorySourceFailed {
    const { name } = error as Error;
    return new HistorySourceFailed(
      `Timestream's table ${this.table()} could not be read: ${name}: ${reasonOf(error)}. The query: ${query}`,
      { cause: error },
    );
  }
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** `measure_value::double` and its kin are written as they are. */
const quoted = (column: string) => (column.startsWith('measure_value::') ? column : `"${column}"`);
const nameOf = (from: TimestreamSettings['team']) =>
  'column' in from ? quoted(from.column) : literal(from.constant);
