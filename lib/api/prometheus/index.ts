import type { SeriesRecord } from '../../service/contracts/series.ts';
import { InvalidRequest, reasonOf, Unavailable } from '../../service/errors.ts';
import { allSeries, type Kind, readSamples } from '../../service/read-samples.ts';
import { bodyBytes } from '../content.ts';
import type { ApiPorts } from '../resource.ts';
import { errorResponse, PrometheusError } from './error.ts';
import { type Matcher, parseSelector } from './selector.ts';
import { durationOf, timeOf } from './time.ts';

export const prometheusPath = '/prometheus/api/v1/';

/** Points of one series at the most, as Prometheus has it. */
const mostPoints = 11_000;
/** Quantiles that are there without being named, and those that an expression may find. */
const usualQuantiles = ['0.1', '0.5', '0.9'];
const foundQuantiles = ['0.01', '0.05', '0.1', '0.25', '0.5', '0.75', '0.9', '0.95', '0.99'];

const metrics = {
  cloudtune_forecast: 'Quantile of the published forecast; counts by the second.',
  cloudtune_forecast_mean: 'Mean of the published forecast; counts by the second.',
  cloudtune_observation: 'What was seen; counts by the second.',
} as const;
const labelNames = ['__name__', 'metric', 'quantile', 'region', 'team'];

type Labels = Record<string, string>;
interface Found {
  record: SeriesRecord;
  kind: Kind;
  labels: Labels;
}

/**
 * Forecasts and history as Prometheus's HTTP API gives metrics, for dashboards that read from there already: `query`,
 * `query_range`, `series`, `labels`, `label/NAME/values` and `metadata`, of selectors alone. At each instant a series has
 * the value of the step in which the instant lies (no five minutes of look-back).
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export async function prometheus(ports: ApiPorts, request: Request): Promise<Response> {
  try {
    const url = new URL(request.url);
    const [, endpoint = '', label] =
      /^\/prometheus\/api\/v1\/(\w+)(?:\/([^/]+)\/values)?$/.exec(url.pathname) ?? [];
    const answer = endpoints[label === undefined ? endpoint : `${endpoint}/values`];
    if (answer === undefined)
      throw new PrometheusError(
        'not_found',
        `There is no ${url.pathname}. There are: ${Object.keys(endpoints).join(', ')}`,
      );
    if (!['GET', 'HEAD', 'POST'].includes(request.method))
      throw new PrometheusError('bad_data', `${url.pathname} takes GET and POST, got ${request.method}`);
    const data = await answer(ports, await parametersOf(request, url), decodeURIComponent(label ?? ''));
    return Response.json({ status: 'success', data }, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    if (error instanceof PrometheusError) return errorResponse(error.type, error.message);
    if (error instanceof InvalidRequest) return errorResponse('execution', error.message);
    if (error instanceof URIError) return errorResponse('bad_data', 'the path is not percent-encoded UTF-8');
    ports.onFailure(error instanceof Error ? error : new Error(reasonOf(error)), {
      method: request.method,
      path: new URL(request.url).pathname,
    });
    return error instanceof Unavailable
      ? errorResponse('unavailable', 'Storage does not answer now: try again shortly')
      : errorResponse('internal', 'Something failed here that should not have: it is logged');
  }
}

async function parametersOf(request: Request, url: URL): Promise<URLSearchParams> {
  if (request.method !== 'POST') return url.searchParams;
  const type = request.headers.get('content-type')?.split(';')[0]?.trim();
  if (type !== 'application/x-www-form-urlencoded')
    throw new PrometheusError('bad_data', `expected a form (application/x-www-form-urlencoded), got ${type}`);
  const form = new URLSearchParams(new TextDecoder().decode(await bodyBytes(request)));
  for (const [name, value] of url.searchParams) form.append(name, value);
  return form;
}

const needed = (parameters: URLSearchParams, name: string): string => {
  const text = parameters.get(name);
  if (text === null || text === '')
    throw new PrometheusError('bad_data', `invalid parameter "${name}": it is missing`);
  return text;
};

type Endpoint = (ports: ApiPorts, parameters: URLSearchParams, label: string) => Promise<unknown>;

const endpoints: Record<string, Endpoint> = {
  async query(ports, parameters) {
    const at = parameters.get('time');
    const time = at === null ? ports.clock().getTime() : timeOf('time', at);
    const text = needed(parameters, 'query');
    // What Grafana asks to see whether somebody is there.
    if (/^\s*1\s*\+\s*1\s*$/.test(text)) return { resultType: 'scalar', result: [time / 1000, '2'] };
    const found = await select(ports, [text]);
    const samples = await samplesOf(ports, found, { first: time, last: time, step: 60_000 });
    return {
      resultType: 'vector',
      result: samples.flatMap(({ labels, time: times, value }) =>
        times.length === 0 ? [] : [{ metric: labels, value: [times[0]! / 1000, String(value[0])] }],
      ),
    };
  },

  async query_range(ports, parameters) {
    const text = needed(parameters, 'query');
    const first = timeOf('start', needed(parameters, 'start'));
    const last = timeOf('end', needed(parameters, 'end'));
    const step = durationOf('step', needed(parameters, 'step'));
    if (last < first)
      throw new PrometheusError(
        'bad_data',
        'invalid parameter "end": end timestamp must not be before start time',
      );
    if ((last - first) / step + 1 > mostPoints)
      throw new PrometheusError(
        'bad_data',
        `exceeded maximum resolution of ${mostPoints.toLocaleString('en')} points per timeseries. Try decreasing the query resolution (?step=XX)`,
      );
    const found = await select(ports, [text]);
    const samples = await samplesOf(ports, found, { first, last, step });
    return {
      resultType: 'matrix',
      result: samples.flatMap(({ labels, time, value }) =>
        time.length === 0
          ? []
          : [{ metric: labels, values: time.map((at, i) => [at / 1000, String(value[i])]) }],
      ),
    };
  },

  async series(ports, parameters) {
    const selectors = parameters.getAll('match[]');
    if (selectors.length === 0) throw new PrometheusError('bad_data', 'no match[] parameter provided');
    return (await select(ports, selectors)).map(({ labels }) => labels);
  },

  async labels(ports, parameters) {
    const selectors = parameters.getAll('match[]');
    if (selectors.length === 0) return labelNames;
    const names = (await select(ports, selectors)).flatMap(({ labels }) => Object.keys(labels));
    return [...new Set(names)].sort();
  },

  async 'label/values'(ports, parameters, label) {
    const selectors = parameters.getAll('match[]');
    const found = await select(ports, selectors.length === 0 ? ['{__name__=~".+"}'] : selectors);
    const values = found.flatMap(({ labels }) => (labels[label] === undefined ? [] : [labels[label]]));
    return [...new Set(values)].sort();
  },

  async metadata(_, parameters) {
    const one = parameters.get('metric');
    return Object.fromEntries(
      Object.entries(metrics)
        .filter(([name]) => one === null || name === one)
        .map(([name, help]) => [name, [{ type: 'gauge', help, unit: '' }]]),
    );
  },
};

/** What the selectors match, each once, in the order of its labels. */
async function select(ports: ApiPorts, selectors: readonly string[]): Promise<Found[]> {
  const parsed = selectors.map(parseSelector);
  const records = await allSeries(ports);
  const found = new Map<string, Found>();
  for (const matchers of parsed)
    for (const record of records)
      for (const one of candidates(record, matchers))
        if (matchers.every(({ label, matches }) => matches(one.labels[label] ?? '')))
          found.set(JSON.stringify(one.labels), one);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function candidates(record: SeriesRecord, matchers: readonly Matcher[]): Found[] {
  const { team, region, metric } = record;
  const own = (name: keyof typeof metrics, quantile?: string): Labels => ({
    __name__: name,
    metric,
    ...(quantile !== undefined && { quantile }),
    region,
    team,
  });
  return [
    ...quantilesOf(matchers).map((quantile) => ({
      record,
      kind: { of: 'quantile' as const, quantile },
      labels: own('cloudtune_forecast', quantile),
    })),
    { record, kind: { of: 'mean' }, labels: own('cloudtune_forecast_mean') },
    { record, kind: { of: 'observation' }, labels: own('cloudtune_observation') },
  ];
}

/** Any quantile can be asked for by its number; an expression finds the customary ones. */
function quantilesOf(matchers: readonly Matcher[]): string[] {
  const asked = matchers.filter(({ label }) => label === 'quantile');
  if (asked.length === 0) return usualQuantiles;
  const exact = asked.filter(({ op }) => op === '=').map(({ value }) => value);
  for (const value of exact)
    if (value !== '' && !(/^0?\.\d+$/.test(value) && Number(value) > 0 && Number(value) < 1))
      throw new PrometheusError(
        'bad_data',
        `quantile is ${JSON.stringify(value)}: expected a number between 0 and 1, such as "0.9"`,
      );
  return exact.length > 0 ? [...new Set(exact.filter((value) => value !== ''))] : foundQuantiles;
}

async function samplesOf(
  ports: ApiPorts,
  found: readonly Found[],
  times: { first: number; last: number; step: number },
) {
  const bySeries = Map.groupBy(found, ({ record }) => record);
  const wanted = [...bySeries].map(([record, all]) => ({
    record,
    kinds: all.map(({ kind }) => kind).sort((a, b) => order(a) - order(b)),
  }));
  const samples = await readSamples(ports, wanted, times);
  return samples.map(({ record, kind, time, value }) => ({
    labels: bySeries.get(record)!.find((one) => same(one.kind, kind))!.labels,
    time,
    value,
  }));
}

/** Quantiles ascend, as the engine takes them. */
const order = (kind: Kind) => (kind.of === 'quantile' ? Number(kind.quantile) : 2);
const same = (a: Kind, b: Kind) =>
  a.of === b.of && (a.of !== 'quantile' || b.of !== 'quantile' || a.quantile === b.quantile);
