import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arn } from "../names";
import { allow, allowUnscoped, type Statement } from "../policy-document";

/** An image that AWS owns. */
export interface Image {
  uri: pulumi.Output<string>;
  /** The statements that allow a role to pull it. */
  pullStatements(): Statement[];
}

/**
 * The image of a built-in algorithm or framework, from the registry that AWS has for it in the stack's region.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html
 */
export function builtInImage(repositoryName: string, imageTag?: string): Image {
  const found = aws.sagemaker.getPrebuiltEcrImageOutput({
    repositoryName,
    ...(imageTag !== undefined && { imageTag }),
  });
  return {
    uri: found.registryPath,
    pullStatements: () => [
      allow(
        "PullImage",
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        arn.repository(
          repositoryName,
          // `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`
          found.registryPath.apply((path) => path.split(".")[0] as string),
        ),
      ),
      allowUnscoped("AuthenticateToRegistry", ["ecr:GetAuthorizationToken"]),
    ],
  };
}
