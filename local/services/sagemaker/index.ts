import type * as aws from "@pulumi/aws";
import type { Endpoint } from "../../doubles/sagemaker";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

/** What the provisioners of this service use of the local run: the double of the runtime. */
interface SageMakerServices {
  sageMaker: {
    serve(endpoint: Endpoint): void;
  };
}

/**
 * The most bytes of a request: of serverless endpoints, and of instances.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-invoke.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/hosting-faqs.html
 */
const mostBytes = { serverless: 4_000_000, instances: 25_000_000 };

/** The sizes of the deployed endpoints, by the names of their configurations. */
const sizes = new Map<string, number>();

const model: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.sagemaker.ModelArgs, "name" | "primaryContainer">(
    resource,
    "name",
    "primaryContainer",
  );
  const { image = "" } = inputs.primaryContainer;
  if (!/\/randomcutforest:/.test(image))
    throw new Error(
      `The double of SageMaker scores by a random cut forest only, and the image is ${image}.`,
    );
  notHonoured(
    "SageMaker is a double here: it scores by a random cut forest that is trained on readings of simulated devices, whatever modelDataUrl is.",
  );
  return {
    id: inputs.name,
    state: { ...resource.plain, arn: arnOf(clients, "model", inputs.name) },
  };
};

const endpointConfiguration: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.sagemaker.EndpointConfigurationArgs, "name">(resource, "name");
  const { name, productionVariants } = inputs;
  const isServerless = productionVariants.every(({ serverlessConfig }) => serverlessConfig);
  sizes.set(name, isServerless ? mostBytes.serverless : mostBytes.instances);
  return { id: name, state: { ...resource.plain, arn: arnOf(clients, "endpoint-config", name) } };
};

const endpoint: Provisioner<SageMakerServices> = async (resource, { clients, services }) => {
  const inputs = inputsOf<aws.sagemaker.EndpointArgs, "name">(resource, "name");
  const { name, endpointConfigName } = inputs;
  const size = sizes.get(endpointConfigName);
  if (size === undefined)
    throw new Error(`The endpoint configuration ${endpointConfigName} does not exist.`);
  services.sageMaker.serve({ name, mostBytes: size });
  return { id: name, state: { ...resource.plain, arn: arnOf(clients, "endpoint", name) } };
};

const pipeline: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.sagemaker.PipelineArgs, "pipelineName" | "pipelineDefinition">(
    resource,
    "pipelineName",
    "pipelineDefinition",
  );
  const name = inputs.pipelineName;
  JSON.parse(inputs.pipelineDefinition);
  notHonoured("Pipelines of SageMaker do not run here: no model is trained.");
  return { id: name, state: { ...resource.plain, arn: arnOf(clients, "pipeline", name) } };
};

const modelPackageGroup: Provisioner = async (resource, { clients }) => {
  const { modelPackageGroupName: name } = inputsOf<
    aws.sagemaker.ModelPackageGroupArgs,
    "modelPackageGroupName"
  >(resource, "modelPackageGroupName");
  const arn = arnOf(clients, "model-package-group", name);
  return { id: name, state: { ...resource.plain, arn } };
};

const arnOf = (
  { account: { region, accountId } }: { account: { region: string; accountId: string } },
  kind: string,
  name: string,
): string => `arn:aws:sagemaker:${region}:${accountId}:${kind}/${name.toLowerCase()}`;

export const provisioners: Provisioners<SageMakerServices> = {
  "aws:sagemaker/model:Model": model,
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": endpointConfiguration,
  "aws:sagemaker/endpoint:Endpoint": endpoint,
  "aws:sagemaker/modelPackageGroup:ModelPackageGroup": modelPackageGroup,
  "aws:sagemaker/pipeline:Pipeline": pipeline,
};
