import { randomUUID } from "node:crypto";
import { account, partition, region, regional } from "./place";

export type Properties = Record<string, unknown>;
export type Made = Properties & { id: string };

/** Only names and the like are read, which are text. */
type Texts = Record<string, string | undefined>;

/** The values that AWS generates for a resource, from its inputs and a unique text. */
type Computed = (inputs: Texts, unique: string) => Made;

/** From the aws provider's documentation, "Outputs" and "Import", by resource type. */
const kinds: Record<string, Computed> = {
  "aws:apigatewayv2/api:Api": (_, unique) => ({
    id: unique.slice(0, 8),
    arn: `arn:${partition}:apigateway:${region}::/apis/${unique.slice(0, 8)}`,
    executionArn: regional("execute-api", unique.slice(0, 8)),
    apiEndpoint: `https://${unique.slice(0, 8)}.execute-api.${region}.amazonaws.com`,
  }),
  "aws:apigatewayv2/authorizer:Authorizer": within("apiId"),
  "aws:apigatewayv2/integration:Integration": within("apiId"),
  "aws:apigatewayv2/route:Route": within("apiId"),
  "aws:apigatewayv2/stage:Stage": ({ apiId, name }) => ({
    id: `${name}`,
    arn: `arn:${partition}:apigateway:${region}::/apis/${apiId}/stages/${name}`,
    executionArn: regional("execute-api", `${apiId}/${name}`),
    invokeUrl: `https://${apiId}.execute-api.${region}.amazonaws.com/${name === "$default" ? "" : name}`,
  }),
  "aws:appautoscaling/policy:Policy": ({ name }, unique) => ({
    id: `${name}`,
    arn: regional("autoscaling", `scalingPolicy:${unique}:policyName/${name}`),
  }),
  "aws:appautoscaling/target:Target": ({ resourceId }) => ({
    id: `${resourceId}`,
    arn: regional("application-autoscaling", `scalable-target/${resourceId}`),
  }),
  "aws:athena/namedQuery:NamedQuery": (_, unique) => ({ id: unique }),
  "aws:athena/workgroup:Workgroup": named("athena", "workgroup/"),
  "aws:cloudfront/distribution:Distribution": (_, unique) => ({
    id: unique.slice(0, 13),
    arn: `arn:${partition}:cloudfront::${account}:distribution/${unique.slice(0, 13)}`,
    domainName: `${unique.slice(0, 8)}.cloudfront.net`,
  }),
  "aws:cloudwatch/dashboard:Dashboard": ({ dashboardName }) => ({
    id: `${dashboardName}`,
    dashboardArn: `arn:${partition}:cloudwatch::${account}:dashboard/${dashboardName}`,
  }),
  "aws:cloudwatch/eventArchive:EventArchive": named("events", "archive/"),
  "aws:cloudwatch/eventBus:EventBus": named("events", "event-bus/"),
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ({ eventBusName = "default" }) => ({
    id: `${eventBusName}`,
  }),
  "aws:cloudwatch/eventRule:EventRule": ({ eventBusName = "default", name }) => {
    const id = eventBusName === "default" ? `${name}` : `${eventBusName}/${name}`;
    return { id, arn: regional("events", `rule/${id}`) };
  },
  "aws:cloudwatch/eventTarget:EventTarget": (
    { eventBusName = "default", rule, targetId },
    unique,
  ) => ({
    id: `${eventBusName}/${rule}/${targetId ?? unique}`,
    targetId: targetId ?? unique,
  }),
  "aws:cloudwatch/logDelivery:LogDelivery": (_, unique) => ({
    id: unique,
    arn: regional("logs", `delivery:${unique}`),
  }),
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": named(
    "logs",
    "delivery-destination:",
  ),
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": named("logs", "delivery-source:"),
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": ({ policyName, resourceArn }) => ({
    id: `${policyName ?? resourceArn}`,
    revisionId: "1",
  }),
  "aws:cloudwatch/logStream:LogStream": ({ logGroupName, name }) => ({
    id: `${name}`,
    arn: regional("logs", `log-group:${logGroupName}:log-stream:${name}`),
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named("cloudwatch", "alarm:"),
  "aws:dynamodb/table:Table": named("dynamodb", "table/"),
  "aws:ec2/eip:Eip": (inputs, unique) => {
    const made = network("elastic-ip", "eipalloc")(inputs, unique);
    return { ...made, allocationId: made.id };
  },
  "aws:ec2/internetGateway:InternetGateway": network("internet-gateway", "igw"),
  "aws:ec2/natGateway:NatGateway": network("natgateway", "nat"),
  "aws:ec2/route:Route": network("route", "r"),
  "aws:ec2/routeTable:RouteTable": network("route-table", "rtb"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": network("association", "rtbassoc"),
  "aws:ec2/securityGroup:SecurityGroup": network("security-group", "sg"),
  "aws:ec2/subnet:Subnet": network("subnet", "subnet"),
  // awsx reads the block, which is empty unless a program asks for one.
  "aws:ec2/vpc:Vpc": (inputs, unique) => ({
    ...network("vpc", "vpc")(inputs, unique),
    ipv6CidrBlock: "",
  }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": network("vpc-endpoint", "vpce"),
  "aws:ecs/cluster:Cluster": ({ name }) => ({
    id: regional("ecs", `cluster/${name}`),
    arn: regional("ecs", `cluster/${name}`),
  }),
  "aws:ecs/service:Service": ({ cluster, name }) => ({
    id: regional("ecs", `service/${cluster?.split("/").pop()}/${name}`),
    arn: regional("ecs", `service/${cluster?.split("/").pop()}/${name}`),
  }),
  "aws:ecs/taskDefinition:TaskDefinition": ({ family }) => ({
    id: `${family}`,
    arn: regional("ecs", `task-definition/${family}:1`),
    arnWithoutRevision: regional("ecs", `task-definition/${family}`),
  }),
  "aws:glue/catalogDatabase:CatalogDatabase": ({ name }) => ({
    id: `${account}:${name}`,
    catalogId: account,
    arn: regional("glue", `database/${name}`),
  }),
  "aws:glue/catalogTable:CatalogTable": ({ databaseName, name }) => ({
    id: `${account}:${databaseName}:${name}`,
    catalogId: account,
    arn: regional("glue", `table/${databaseName}/${name}`),
  }),
  "aws:grafana/workspace:Workspace": (_, unique) => {
    const id = `g-${unique.slice(0, 10)}`;
    return {
      id,
      arn: regional("grafana", `/workspaces/${id}`),
      endpoint: `${id}.grafana-workspace.${region}.amazonaws.com`,
    };
  },
  "aws:iam/role:Role": ({ name, path = "/" }, unique) => ({
    id: `${name}`,
    arn: `arn:${partition}:iam::${account}:role${path}${name}`,
    uniqueId: unique,
  }),
  "aws:iam/rolePolicy:RolePolicy": ({ role, name }) => ({ id: `${role}:${name}` }),
  "aws:iot/loggingOptions:LoggingOptions": () => ({ id: "iot-logging-options" }),
  "aws:iot/policy:Policy": (inputs, unique) => ({
    ...named("iot", "policy/")(inputs, unique),
    defaultVersionId: "1",
  }),
  "aws:iot/roleAlias:RoleAlias": ({ alias }) => ({
    id: `${alias}`,
    arn: regional("iot", `rolealias/${alias}`),
  }),
  "aws:iot/topicRule:TopicRule": named("iot", "rule/"),
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": byArn("firehose", "deliverystream/"),
  "aws:kinesis/stream:Stream": byArn("kinesis", "stream/"),
  "aws:kms/alias:Alias": named("kms", ""),
  "aws:kms/key:Key": (_, unique) => ({
    id: unique,
    keyId: unique,
    arn: regional("kms", `key/${unique}`),
  }),
  "aws:lambda/alias:Alias": ({ functionName, name }) => {
    const arn = regional("lambda", `function:${functionName}:${name}`);
    return { id: `${functionName}/${name}`, arn };
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": ({ functionName }, unique) => ({
    id: unique,
    uuid: unique,
    arn: regional("lambda", `event-source-mapping:${unique}`),
    functionArn: regional("lambda", `function:${functionName}`),
  }),
  "aws:lambda/function:Function": ({ name, publish }) => {
    const arn = regional("lambda", `function:${name}`);
    const version = String(publish) === "true" ? "1" : "$LATEST";
    return { id: `${name}`, arn, qualifiedArn: `${arn}:${version}`, version };
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ({ functionName }) => ({
    id: `${functionName}`,
  }),
  "aws:lambda/permission:Permission": ({ function: name, statementId }, unique) => ({
    id: `${name}/${statementId ?? unique}`,
    statementId: statementId ?? unique,
  }),
  "aws:pipes/pipe:Pipe": named("pipes", "pipe/"),
  "aws:redshiftdata/statement:Statement": (_, unique) => ({ id: unique }),
  "aws:redshiftserverless/namespace:Namespace": ({ namespaceName }, unique) => ({
    id: `${namespaceName}`,
    namespaceId: unique,
    arn: regional("redshift-serverless", `namespace/${unique}`),
    adminPasswordSecretArn: regional(
      "secretsmanager",
      `secret:redshift!${namespaceName}-admin-${unique.slice(0, 6)}`,
    ),
  }),
  "aws:redshiftserverless/usageLimit:UsageLimit": (_, unique) => ({
    id: unique,
    arn: regional("redshift-serverless", `usagelimit/${unique}`),
  }),
  "aws:redshiftserverless/workgroup:Workgroup": ({ workgroupName }, unique) => ({
    id: `${workgroupName}`,
    workgroupId: unique,
    arn: regional("redshift-serverless", `workgroup/${unique}`),
  }),
  "aws:s3/bucket:Bucket": ({ bucket }) => ({
    id: `${bucket}`,
    arn: `arn:${partition}:s3:::${bucket}`,
    bucketDomainName: `${bucket}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ofBucket,
  "aws:s3/bucketNotification:BucketNotification": ofBucket,
  "aws:s3/bucketPolicy:BucketPolicy": ofBucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ofBucket,
  "aws:s3/bucketVersioning:BucketVersioning": ofBucket,
  "aws:s3/bucketObjectv2:BucketObjectv2": ({ bucket, key }) => ({
    id: `${bucket}/${key}`,
    arn: `arn:${partition}:s3:::${bucket}/${key}`,
  }),
  "aws:sagemaker/endpoint:Endpoint": sageMaker("endpoint"),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": sageMaker("endpoint-config"),
  "aws:sagemaker/model:Model": sageMaker("model"),
  "aws:sagemaker/modelPackageGroup:ModelPackageGroup": ({ modelPackageGroupName: name }) =>
    sageMaker("model-package-group")({ name }, ""),
  "aws:sagemaker/pipeline:Pipeline": ({ pipelineName: name }) =>
    sageMaker("pipeline")({ name }, ""),
  "aws:scheduler/schedule:Schedule": ({ groupName, name }) => ({
    id: `${groupName}/${name}`,
    arn: regional("scheduler", `schedule/${groupName}/${name}`),
  }),
  "aws:scheduler/scheduleGroup:ScheduleGroup": named("scheduler", "schedule-group/"),
  "aws:secretsmanager/secret:Secret": ({ name }, unique) => {
    const arn = regional("secretsmanager", `secret:${name}-${unique.slice(0, 6)}`);
    return { id: arn, arn };
  },
  "aws:sfn/stateMachine:StateMachine": byArn("states", "stateMachine:"),
  "aws:sns/topic:Topic": byArn("sns", ""),
  "aws:sns/topicPolicy:TopicPolicy": ({ arn }) => ({ id: `${arn}`, owner: account }),
  "aws:sns/topicSubscription:TopicSubscription": ({ topic }, unique) => ({
    id: `${topic}:${unique}`,
    arn: `${topic}:${unique}`,
    ownerId: account,
    pendingConfirmation: false,
  }),
  "aws:sqs/queue:Queue": ({ name }) => {
    const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    return { id: url, url, arn: regional("sqs", `${name}`) };
  },
  "aws:sqs/queuePolicy:QueuePolicy": ({ queueUrl }) => ({ id: `${queueUrl}` }),
  "aws:timestreaminfluxdb/dbCluster:DbCluster": (_, unique) => {
    const id = unique.slice(0, 10);
    const secret = `secret:READONLY-InfluxDB-auth-parameters-${id}-abcdef`;
    return {
      id,
      arn: regional("timestream-influxdb", `db-cluster/${id}`),
      endpoint: `${id}.timestream-influxdb.${region}.on.aws`,
      influxAuthParametersSecretArn: regional("secretsmanager", secret),
    };
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": network("security-group-rule", "sgr"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": network(
    "security-group-rule",
    "sgr",
  ),
};

/** The id and the outputs of a new resource that are not its inputs. */
export function computed(type: string, inputs: Properties): Made {
  const made = kindOf(type)(inputs as Texts, randomUUID());
  const own = inputs.region;
  const placed = Object.entries(made).map(([name, value]) => [name, inRegion(own, value)] as const);
  return Object.fromEntries(placed) as Made;
}

/** What a resource is known by, as far as its inputs decide; one that gets another has to be made anew. */
export function identity(type: string, inputs: Properties): string {
  return String(inRegion(inputs.region, kindOf(type)(inputs as Texts, "").id));
}

/** A value that AWS generates, for a resource whose input `region` names another Region than that of the provider. */
const inRegion = (own: unknown, value: unknown): unknown =>
  typeof own === "string" && typeof value === "string"
    ? value.replace(`:${region}:`, `:${own}:`).replace(`.${region}.`, `.${own}.`)
    : value;

function kindOf(type: string): Computed {
  const kind = kinds[type];
  if (kind) return kind;
  throw new Error(
    `The stand-in for the aws provider does not know ${type}; add it to resources.ts.`,
  );
}

/** Known by its name. */
function named(service: string, prefix: string): Computed {
  return ({ name }) => ({ id: `${name}`, arn: regional(service, `${prefix}${name}`) });
}

/** Known by its name, which its ARN has in lower case. */
function sageMaker(kind: string): Computed {
  return ({ name }) => ({
    id: `${name}`,
    arn: regional("sagemaker", `${kind}/${name?.toLowerCase()}`),
  });
}

/** Known by its ARN. */
function byArn(service: string, prefix: string): Computed {
  return ({ name }) => {
    const arn = regional(service, `${prefix}${name}`);
    return { id: arn, arn };
  };
}

/** Has an id of its own, and cannot move to another container. */
function within(container: string): Computed {
  return (inputs, unique) => ({ id: unique.slice(0, 7) || `${inputs[container]}` });
}

/** Has an id that EC2 makes up, and cannot move to another network. */
function network(kind: string, prefix: string): Computed {
  return ({ vpcId }, unique) => {
    const id = unique ? `${prefix}-${unique.replaceAll("-", "").slice(0, 17)}` : `${vpcId}`;
    return { id, arn: regional("ec2", `${kind}/${id}`) };
  };
}

function ofBucket({ bucket }: Texts): Made {
  return { id: `${bucket}` };
}
