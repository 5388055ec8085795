import { Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Configuration } from '../service/contracts/configuration.ts';
import { acknowledgeWildcards } from './grant.ts';

/** `METHOD/path`, as execute-api's ARNs end. */
type Calls = readonly string[];

/** What anybody who works with CloudTune may read: what is planned, where, and how the API is asked. */
const shared: Calls = [
  'GET/v1/openapi.json',
  'GET/v1/regions',
  'GET/v1/calendar',
  'GET/v1/calendar/changes',
  'GET/v1/calendar/events',
  'GET/v1/calendar/events/*',
];

/** Not the totals, the list of all series, the notices, what-if, nor Prometheus: they tell of other teams. */
const teamCalls = (team: string): Calls => [
  `GET/v1/teams/${team}/*`,
  `PUT/v1/teams/${team}/regions/*/metrics/*/observations`,
  `POST/v1/teams/${team}/regions/*/metrics/*/exports`,
  ...shared,
];

/** Planners see what an event does to every team, and send no observations. */
const plannerCalls: Calls = [
  'GET/v1/*',
  'GET/prometheus/api/v1/*',
  'POST/prometheus/api/v1/*',
  'PUT/v1/calendar',
  'PUT/v1/calendar/events/*',
  'DELETE/v1/calendar/events/*',
  'POST/v1/what-if',
  'POST/v1/teams/*/regions/*/metrics/*/exports',
];

const operatorCalls: Calls = ['*/v1/*', '*/prometheus/api/v1/*'];

/** A managed policy for each team, one for planners and one for operators: to be attached to the roles of callers. */
export class Callers extends Construct {
  constructor(scope: Construct, id: string, props: { api: RestApi; configuration: Configuration }) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const add = (name: string, description: string, calls: Calls) => {
      const resources = [...new Set(calls)].map((call) => arnOf(props.api, call));
      const policy = new ManagedPolicy(this, name, {
        managedPolicyName: `${stackName}-${name}`,
        description,
        statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources })],
      });
      acknowledgeWildcards(policy, resources, 'The names of series and events within the role’s bounds.');
    };
    for (const team of props.configuration.teams)
      add(
        `team-${team}`,
        `Reads ${team}'s series and the calendar, and sends its observations`,
        teamCalls(team),
      );
    add('planners', 'Reads everything, changes the calendar and asks what if', plannerCalls);
    add('operators', 'Every call of the API', operatorCalls);
  }
}

function arnOf(api: RestApi, call: string) {
  const [method, ...path] = call.split('/');
  return Stack.of(api).formatArn({
    service: 'execute-api',
    resource: api.restApiId,
    resourceName: [api.deploymentStage.stageName, method, ...path].join('/'),
  });
}
