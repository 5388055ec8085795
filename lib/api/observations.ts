import { z } from 'zod';
import { grain, ingestReport, observationsAnswer, observationsBody } from '../service/contracts/http.ts';
import { metricKind, stepSeconds } from '../service/contracts/series.ts';
import { InvalidRequest } from '../service/errors.ts';
import { ingestObservations } from '../service/ingest-observations.ts';
import { readObservations } from '../service/read-observations.ts';
import { bodyBytes, contentType, fresh, parseJson } from './content.ts';
import { instantParameter, parsePart, parseQuery } from './query.ts';
import type { ApiPorts, Resource } from './resource.ts';
import { seriesOf, seriesPath } from './series-path.ts';

const readQuery = z.object({
  start: instantParameter.optional(),
  end: instantParameter.optional(),
  grain: grain.optional(),
  nextToken: z.string().optional(),
});

const units = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** 1m, 5m, 1h, 1d, 1w, or seconds. */
const stepParameter = z
  .string()
  .transform((text) => {
    const [, count, unit] = /^(\d{1,6})([mhdw]?)$/.exec(text) ?? [];
    return Number(count) * (unit === '' ? 1 : units[unit as keyof typeof units]);
  })
  .pipe(z.number('a step such as 1m, 5m, 1h, 1d or 1w').pipe(stepSeconds));

const csvQuery = z.object({
  metricKind: metricKind.optional(),
  step: stepParameter.optional(),
  valueColumn: z.string().min(1).optional(),
});

export const observations: Resource = {
  path: `${seriesPath}/observations`,
  contracts: {
    GET: {
      about: 'History at a grain; null where nothing was seen',
      query: readQuery,
      answer: observationsAnswer,
    },
    PUT: {
      about: 'Sends observations; the query goes with CSV',
      query: csvQuery,
      body: { 'application/json': observationsBody, 'text/csv': 'text' },
      answer: ingestReport,
    },
  },
  methods: {
    GET: async (ports, { url, parts }) =>
      fresh(await readObservations(ports, seriesOf(ports, parts), parseQuery(url, readQuery))),
    PUT: async (ports, { request, url, parts }) => {
      const series = seriesOf(ports, parts);
      const type = contentType(request, ['application/json', 'text/csv']);
      const bytes = await bodyBytes(request);
      const written = type === 'text/csv' ? await fromCsv(ports, url, bytes) : fromJson(ports, url, bytes);
      const report = await ingestObservations(ports, series, written);
      ports.onIngested(report);
      return fresh(report);
    },
  },
};

async function fromCsv({ region, tables }: ApiPorts, url: URL, bytes: Uint8Array) {
  const query = parseQuery(url, csvQuery);
  const table = await tables.readTable(bytes, {
    timeZone: region.timeZone,
    ...(query.valueColumn !== undefined && { valueColumn: query.valueColumn }),
  });
  return {
    table,
    ...(query.metricKind !== undefined && { metricKind: query.metricKind }),
    ...(query.step !== undefined && { stepSeconds: query.step }),
  };
}

function fromJson({ region, tables }: ApiPorts, url: URL, bytes: Uint8Array) {
  parseQuery(url, z.object({}));
  const body = parsePart('body', parseJson(bytes), observationsBody.strict());
  if (body.time.length !== body.value.length)
    throw new InvalidRequest('The columns differ in length', [
      { at: 'value', got: `${body.value.length} values`, expected: `${body.time.length}, as many as times` },
    ]);
  return {
    table: tables.readColumns(body.time, body.value, { timeZone: region.timeZone }),
    ...(body.metricKind !== undefined && { metricKind: body.metricKind }),
    ...(body.stepSeconds !== undefined && { stepSeconds: body.stepSeconds }),
  };
}
