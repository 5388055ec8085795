import { Duration, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Problem } from '../service/contracts/http.ts';
import { calendarTableName, primaryRegion } from './calendar-stack.ts';
import { type FunctionsProps, grantsOn, regionSettingsOf } from './functions.ts';
import { ProductFunction } from './product-function.ts';
import { refreshGrants } from './refresh.ts';

/** The HTTP API: `/v1/{proxy+}` and `/prometheus/{proxy+}` to one function. IAM bounds a team by the path it may call. */
export class Api extends Construct {
  /** Up to and including the stage, without a slash at its end. */
  readonly url: string;
  readonly rest: RestApi;
  readonly function: ProductFunction<'api'>;

  constructor(scope: Construct, id: string, props: FunctionsProps & { stateMachine: StateMachine }) {
    super(scope, id);
    const { retention } = props.configuration;
    this.function = this.apiFunction(props);

    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: retention.logDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api = new RestApi(this, 'Rest', {
      restApiName: Stack.of(this).stackName,
      description: `CloudTune, region ${props.region.id}`,
      endpointTypes: [EndpointType.REGIONAL],
      // A year of minutes is megabytes of digits: a fifth of that compressed. Below a kilobyte nothing is won.
      minCompressionSize: Size.kibibytes(1),
      // API Gateway logs only once its account setting names a role; it is one for all APIs, so it outlives ours.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: 'live',
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: AccessLogFormat.custom(
          JSON.stringify({
            time: AccessLogField.contextRequestTime(),
            requestId: AccessLogField.contextRequestId(),
            caller: AccessLogField.contextIdentityCaller(),
            method: AccessLogField.contextHttpMethod(),
            path: AccessLogField.contextPath(),
            status: AccessLogField.contextStatus(),
            latency: AccessLogField.contextResponseLatency(),
            bytes: AccessLogField.contextResponseLength(),
          }),
        ),
        loggingLevel: MethodLoggingLevel.ERROR,
        // Bodies hold the teams' numbers: not for logs.
        dataTraceEnabled: false,
        tracingEnabled: true,
        // A page of a dashboard asks ten times; fifty people at once are far below Lambda's own limit.
        throttlingRateLimit: 100,
        throttlingBurstLimit: 200,
      },
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
    });
    // It would print a second address beside ApiUrl.
    api.node.tryRemoveChild('Endpoint');
    for (const root of ['v1', 'prometheus'])
      api.root
        .addResource(root)
        .addResource('{proxy+}')
        .addMethod('ANY', new LambdaIntegration(this.function.lambda, { allowTestInvoke: false }));
    // Said by API Gateway, which hands on no more than Lambda takes: the function never sees such a body.
    api.addGatewayResponse('TooLarge', {
      type: ResponseType.REQUEST_TOO_LARGE,
      statusCode: '413',
      responseHeaders: { 'Content-Type': "'application/problem+json'", 'Cache-Control': "'no-store'" },
      templates: {
        'application/json': JSON.stringify({
          type: 'urn:cloudtune:problem:too-large',
          title: 'Too large',
          status: 413,
          detail:
            'The body is larger than the 6 MB (its quotes and line ends escaped) that are taken: send it in parts, or drop the file into the inbox of the history bucket',
        } satisfies Problem),
      },
    });
    this.rest = api;
    this.url = api.urlForPath('/').replace(/\/$/, '');

    Validations.of(api).acknowledge(
      {
        id: 'AwsSolutions-APIG2',
        reason:
          'The function checks each request against its schema, and answers with what is wrong and where.',
      },
      {
        id: 'AwsSolutions-APIG3',
        reason: 'IAM signs each request before it costs anything; a web ACL is the installation’s choice.',
      },
      {
        id: 'AwsSolutions-COG4',
        reason: 'Callers are services and operators with IAM roles, not user pools.',
      },
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
        reason: 'The policy that API Gateway documents for its account-wide logging role.',
      },
    );
  }

  private apiFunction(props: FunctionsProps & { stateMachine: StateMachine }) {
    const { storage, tables, stateMachine } = props;
    const can = grantsOn(props);
    const machine = stateMachine.stateMachineArn;
    return new ProductFunction(this, 'api', {
      code: props.codeOf('api'),
      description: 'Answers the HTTP API',
      environment: {
        REGION_SETTINGS: regionSettingsOf(props.region),
        HISTORY_BUCKET: storage.history.bucketName,
        FORECAST_BUCKET: storage.forecasts.bucketName,
        SERIES_TABLE: tables.series.tableName,
        FORECAST_TABLE: tables.forecasts.tableName,
        FORECAST_DAYS: String(props.configuration.retention.forecastDays),
        RUNS_TABLE: tables.runs.tableName,
        CALENDAR_TABLE: calendarTableName(props.configuration),
        CALENDAR_REGION: primaryRegion(props.configuration),
        REGION_IDS: JSON.stringify(props.configuration.regions.map(({ id }) => id)),
        REFRESH_STATE_MACHINE: machine,
      },
      // Expanding a year of minutes is CPU: a whole vCPU answers in a fraction of a second.
      memorySize: 1769,
      // API Gateway gives up at 29 seconds.
      timeout: Duration.seconds(29),
      retention: props.configuration.retention,
      grants: [
        can.seeHistory,
        can.readHistory('history'),
        can.writeHistory('history'),
        can.seeForecasts,
        can.readForecasts('forecasts', 'runs', 'digests', 'ledger', 'exports'),
        can.writeForecasts('exports'),
        can.readCalendar('Query', 'GetItem'),
        can.changeCalendar('Query', 'PutItem'),
        can.series('GetItem', 'PutItem', 'Query', 'Scan'),
        can.forecasts('GetItem', 'BatchGetItem'),
        can.runs('GetItem', 'Query', 'PutItem'),
        ...refreshGrants(this, stateMachine),
      ],
    });
  }
}
