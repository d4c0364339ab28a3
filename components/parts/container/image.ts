import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { contentHash } from "./content-hash";
import { arn, physicalName, repositoryUrl, type Arn } from "../names";
import { allow, allowUnscoped, type Statement } from "../policy-document";

/** An image that a task can run. */
export interface ContainerImage {
  /** With a digest, or with a tag that only images of the same sources get. Known at preview. */
  uri: pulumi.Output<string>;
  /** By which Amazon ECS pulls the image with the execution role of the task. */
  pullStatements(): Statement[];
  /** What exists before a task can pull the image. */
  resources: pulumi.Resource[];
}

/** A private repository of Amazon ECR in the URI of an image: account, region and name. */
const ofEcr = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)[:@]/;

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
const pull = (repository: Arn): Statement[] => [
  allowUnscoped("LogInToRegistry", ["ecr:GetAuthorizationToken"]),
  allow(
    "PullImage",
    ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    repository,
  ),
];

/** An image that was built elsewhere; public registries need no permission. */
export function prebuiltImage(uri: string): ContainerImage {
  const [, account, region, name] = ofEcr.exec(uri) ?? [];
  return {
    uri: pulumi.output(uri),
    resources: [],
    pullStatements: () =>
      name === undefined
        ? []
        : pull(
            arn
              .repository(name)
              .apply((own) => own.replace(/:ecr:[^:]*:\d*:/, `:ecr:${region}:${account}:`)),
          ),
  };
}

export interface BuiltImageArgs {
  /** The folder from which Docker copies. */
  context: string;
  dockerfile: string;
  /** Everything in the context that the image depends on; the tag of the image is its hash. */
  sources: readonly string[];
}

/**
 * An image that `pulumi up` builds and pushes to a repository of the stack, which needs Docker. Its tag is the hash of its sources, so the
 * URI is known before the image is built. The same sources built again make another digest of the same tag, as after a `git revert` or an
 * interrupted `pulumi up`, so the repository lets the tag move; a repository with immutable tags refuses the push. Amazon ECS resolves
 * the tag to a digest once per deployment.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
 */
export function builtImage(
  name: string,
  { context, dockerfile, sources }: BuiltImageArgs,
  opts: pulumi.CustomResourceOptions,
): ContainerImage {
  const repositoryName = physicalName("repository", name);
  const url = repositoryUrl(repositoryName);
  const imageTag = contentHash(context, sources);
  const repository = new aws.ecr.Repository(
    name,
    {
      name: repositoryName,
      imageTagMutability: "MUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "AES256" }],
      // Images are built again from the sources.
      forceDelete: true,
    },
    opts,
  );
  const lifecycle = new aws.ecr.LifecyclePolicy(
    `${name}-lifecycle`,
    {
      repository: repository.name,
      policy: pulumi.jsonStringify({
        rules: [
          {
            rulePriority: 1,
            description:
              "Keeps the latest images, to which Amazon ECS rolls a failed deployment back.",
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 10 },
            action: { type: "expire" },
          },
        ],
      }),
    },
    opts,
  );
  const image = new awsx.ecr.Image(
    `${name}-image`,
    {
      repositoryUrl: repository.repositoryUrl,
      ...{ context, dockerfile, imageTag, platform: "linux/arm64" },
    },
    opts,
  );
  return {
    uri: url.apply((known) => `${known}:${imageTag}`),
    pullStatements: () => pull(arn.repository(repositoryName)),
    resources: [image, lifecycle],
  };
}
