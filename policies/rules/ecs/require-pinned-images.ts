import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { containersOf, taskDefinitionType } from "../../stack/containers";
import type { Place } from "../../stack/place";

const withDigest = /@sha256:[0-9a-f]{64}$/;
const withTag =
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/(?<repository>[^:@]+):(?<tag>[^:@/]+)$/;

/**
 * A tag names another image tomorrow, unless its repository refuses to move it, or Amazon ECS resolves it once per deployment.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
 */
export const requirePinnedImages: StackRule = {
  name: "ecs-task-require-pinned-images",
  displayName: "Containers run images that do not change",
  description:
    "Every image has a digest, or a tag of a repository of the stack that Amazon ECS resolves once per deployment or that refuses to move tags.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "A task that starts again runs another image than the one that was reviewed.",
  },
  framework: wellArchitected.vulnerabilities,
  remediationSteps:
    "Name the image by its digest, or set versionConsistency of the container to enabled, or imageTagMutability of its repository to IMMUTABLE.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
  checkStack(stack, report) {
    const repositories = stack.of("aws:ecr/repository:Repository");
    const isPinned = (name: string, container: Place): boolean =>
      repositories.some(
        ({ inputs }) =>
          inputs.at("name").peek() === name &&
          (inputs.at("imageTagMutability").text() === "IMMUTABLE" ||
            container.at("versionConsistency").text() === "enabled"),
      );
    for (const task of stack.of(taskDefinitionType))
      for (const { name, container } of containersOf(task)) {
        const image = container.at("image").text();
        if (image === undefined || withDigest.test(image)) continue;
        const { repository, tag } = withTag.exec(image)?.groups ?? {};
        if (repository !== undefined && tag !== "latest" && isPinned(repository, container))
          continue;
        report(
          task,
          `Container ${name} runs ${image}, which may name another image tomorrow: name it by its digest.`,
        );
      }
  },
};
