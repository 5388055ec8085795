import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { openApi } from '../../lib/api/index.ts';
import { flat, ofType, paris, synthesize, templateOf } from '../stacks/assembly.ts';

// Who may call what; a route that is not here has no decision, and fails. `own`: the team's own series alone.
type Role = 'team' | 'planners' | 'operators';
const all: Record<Role, 'yes' | 'own' | 'no'> = { team: 'yes', planners: 'yes', operators: 'yes' };
const ownTeam = { ...all, team: 'own' } as const;
const noTeam = { ...all, team: 'no' } as const;
const series = '/v1/teams/{team}/regions/{region}/metrics/{metric}';
const decisions: Record<string, typeof all> = {
  'GET /v1/openapi.json': all,
  'GET /v1/regions': all,
  'GET /v1/calendar': all,
  'GET /v1/calendar/changes': all,
  'GET /v1/calendar/events': all,
  'GET /v1/calendar/events/{id}': all,
  [`GET ${series}/forecast`]: ownTeam,
  [`GET ${series}/explanation`]: ownTeam,
  [`GET ${series}/peaks`]: ownTeam,
  [`GET ${series}/changes`]: ownTeam,
  [`GET ${series}/accuracy`]: ownTeam,
  [`POST ${series}/exports`]: ownTeam,
  [`GET ${series}/exports/{id}`]: ownTeam,
  [`GET ${series}/events`]: ownTeam,
  [`GET ${series}/observations`]: ownTeam,
  [`PUT ${series}/observations`]: { team: 'own', planners: 'no', operators: 'yes' },
  'GET /v1/teams/{team}/series': ownTeam,
  'GET /v1/teams/{team}/notices': ownTeam,
  'GET /v1/series': noTeam,
  'GET /v1/regions/{region}/metrics': noTeam,
  'GET /v1/regions/{region}/metrics/{metric}/forecast': noTeam,
  'PUT /v1/calendar': noTeam,
  'PUT /v1/calendar/events/{id}': noTeam,
  'DELETE /v1/calendar/events/{id}': noTeam,
  'POST /v1/what-if': noTeam,
  'GET /v1/notices': noTeam,
  'GET /v1/runs': noTeam,
  'GET /v1/runs/{id}': noTeam,
  'POST /v1/refresh': { team: 'no', planners: 'no', operators: 'yes' },
};
// Outside the document, whose routes are /v1/… alone.
const prometheus = ['query', 'query_range', 'labels', 'series'].flatMap((name) => [
  `GET /prometheus/api/v1/${name}`,
  `POST /prometheus/api/v1/${name}`,
]);
prometheus.push('GET /prometheus/api/v1/metadata', 'GET /prometheus/api/v1/label/{name}/values');
for (const route of prometheus) decisions[route] = noTeam;

const documented = Object.entries((openApi() as { paths: Record<string, object> }).paths).flatMap(
  ([path, methods]) =>
    Object.keys(methods)
      .filter((name) => ['get', 'put', 'post', 'delete', 'patch'].includes(name))
      .map((method) => `${method.toUpperCase()} ${path}`),
);

// The second begins as the first does, and the third differs by a letter that is a wildcard to a pattern.
const teams = ['shop.eu', 'shop.eu-2', 'shopxeu'];
const template = templateOf('cloudtune-fr', synthesize({ regions: [paris], teams }));
const policies = Object.fromEntries(
  ofType(template, 'AWS::IAM::ManagedPolicy').map(([, { Properties }]) => [
    Properties.ManagedPolicyName as string,
    JSON.parse(JSON.stringify(Properties.PolicyDocument), (_, value) =>
      value !== null && typeof value === 'object' && 'Fn::Join' in value ? named(flat(value)) : value,
    ),
  ]),
);
const [[api]] = ofType(template, 'AWS::ApiGateway::RestApi') as [[string, unknown]];
function named(arn: string) {
  return arn
    .replaceAll('<AWS::Partition>', 'aws')
    .replaceAll('<AWS::AccountId>', '111122223333')
    .replaceAll(/<Api\w+live\w*>/g, 'live')
    .replaceAll(/<ApiRest\w+>/g, 'abc123');
}

const arn = (route: string, team: string) => {
  const [method, path] = route.split(' ') as [string, string];
  const concrete = path.replace('{team}', team).replace(/\{\w+\}/g, 'x');
  return `arn:aws:execute-api:eu-west-3:111122223333:abc123/live/${method}${concrete}`;
};

interface Question {
  role: string;
  route: string;
  of: string;
  expected: boolean;
}
const questions: Question[] = Object.entries(decisions).flatMap(([route, by]) =>
  [...teams.map((team) => `team-${team}`), 'planners', 'operators'].flatMap((role) =>
    (route.includes('{team}') ? teams : ['']).map((of) => {
      const decision = by[role.startsWith('team-') ? 'team' : (role as Role)];
      return {
        role,
        route,
        of,
        expected: decision === 'yes' || (decision === 'own' && role === `team-${of}`),
      };
    }),
  ),
);

it('each route has a decision, and each decision a route', () => {
  expect([...documented, ...prometheus].sort()).toEqual(Object.keys(decisions).sort());
});

it('there is a policy for each team, one for planners and one for operators', () => {
  expect(api).toMatch(/^ApiRest/);
  const names = [...teams.map((team) => `team-${team}`), 'planners', 'operators'];
  expect(Object.keys(policies).sort()).toEqual(names.map((name) => `cloudtune-fr-${name}`).sort());
});

it('nobody calls what is another’s, and nothing is missing', () => {
  const input = questions.map(({ role, route, of }) => ({
    policy: policies[`cloudtune-fr-${role}`],
    action: 'execute-api:Invoke',
    resource: arn(route, of),
  }));
  const answers: boolean[] = JSON.parse(
    execFileSync(process.env.IAM_PYTHON!, [resolve(import.meta.dirname, 'permitted.py')], {
      input: `${JSON.stringify(input)}\n`,
      encoding: 'utf8',
    }),
  );
  print(answers);
  const wrong = questions.filter(({ expected }, i) => answers[i] !== expected);
  expect(wrong).toEqual([]);
});

function print(answers: boolean[]) {
  const cell = (route: string, role: string, of: string) => {
    const i = questions.findIndex((q) => q.route === route && q.role === role && q.of === of);
    return i < 0 ? '-' : answers[i] ? 'yes' : 'no';
  };
  const own = teams[0]!;
  const lines = Object.keys(decisions).map((route) => {
    const of = route.includes('{team}') ? own : '';
    const cells = [
      cell(route, `team-${own}`, of),
      cell(route, `team-${own}`, teams[1]!),
      cell(route, 'planners', of),
      cell(route, 'operators', of),
    ];
    return `${route.padEnd(80)}${cells.map((text) => text.padEnd(14)).join('')}`;
  });
  const head = ['team, own', 'team, foreign', 'planners', 'operators']
    .map((text) => text.padEnd(14))
    .join('');
  process.stdout.write(`${''.padEnd(80)}${head}\n${lines.join('\n')}\n`);
}
