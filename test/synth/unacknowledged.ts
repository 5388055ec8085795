import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';

// An app that each of the checks must refuse: a gate that lets this pass is no gate.
const app = new App();
const stack = new Stack(app, 'Unacknowledged', { env: { region: 'eu-west-3' } });
if (app.node.tryGetContext('fault') === 'nag') new Bucket(stack, 'Open');
else new CfnResource(stack, 'Wrong', { type: 'AWS::SQS::Queue', properties: { DelaySeconds: 'never' } });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
