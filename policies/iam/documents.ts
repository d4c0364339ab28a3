import { parseDocument, type Statement } from "../../iam";
import { once } from "../stack/once";
import { placesAt } from "../stack/paths";
import type { Place } from "../stack/place";
import type { Resource } from "../stack/resource";

/** The kinds of policy documents: identity policy, trust policy, resource policy, and AWS IoT policy of a device. */
export type DocumentKind = "identity" | "trust" | "resource" | "device";

export interface Document {
  kind: DocumentKind;
  place: Place;
  /** Empty if the document is not known yet or cannot be read. */
  statements: Statement[];
  /** True if the document, or a part of it, is known only after the update. */
  isUnknown: boolean;
  /** Why the document cannot be read. */
  fault?: string;
}

/** The location of documents: type → input, with `[]` for each item of a list. */
const places: Record<string, Record<string, DocumentKind>> = {
  "aws:apigateway/restApi:RestApi": { policy: "resource" },
  "aws:apigateway/restApiPolicy:RestApiPolicy": { policy: "resource" },
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": { policy: "resource" },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": { policyDocument: "resource" },
  "aws:dynamodb/resourcePolicy:ResourcePolicy": { policy: "resource" },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": { policy: "resource" },
  "aws:iam/groupPolicy:GroupPolicy": { policy: "identity" },
  "aws:iam/policy:Policy": { policy: "identity" },
  "aws:iam/role:Role": { assumeRolePolicy: "trust", "inlinePolicies[].policy": "identity" },
  "aws:iam/rolePolicy:RolePolicy": { policy: "identity" },
  "aws:iam/userPolicy:UserPolicy": { policy: "identity" },
  "aws:iot/policy:Policy": { policy: "device" },
  "aws:kinesis/resourcePolicy:ResourcePolicy": { policy: "resource" },
  "aws:kms/key:Key": { policy: "resource" },
  "aws:kms/keyPolicy:KeyPolicy": { policy: "resource" },
  "aws:s3/bucket:Bucket": { policy: "resource" },
  "aws:s3/bucketPolicy:BucketPolicy": { policy: "resource" },
  "aws:secretsmanager/secret:Secret": { policy: "resource" },
  "aws:secretsmanager/secretPolicy:SecretPolicy": { policy: "resource" },
  "aws:sns/topic:Topic": { policy: "resource" },
  "aws:sns/topicPolicy:TopicPolicy": { policy: "resource" },
  "aws:sqs/queue:Queue": { policy: "resource" },
  "aws:sqs/queuePolicy:QueuePolicy": { policy: "resource" },
};

/** The types that contain a document of one of these kinds; all kinds by default. */
export const typesWithDocuments = (...kinds: DocumentKind[]): string[] =>
  Object.entries(places)
    .filter(
      ([, inputs]) =>
        kinds.length === 0 || Object.values(inputs).some((kind) => kinds.includes(kind)),
    )
    .map(([type]) => type);

/** The documents of these kinds in a resource, as JSON strings or objects; all kinds by default. */
export function documentsIn(resource: Resource, ...kinds: DocumentKind[]): Document[] {
  return Object.entries(places[resource.type] ?? {})
    .filter(([, kind]) => kinds.length === 0 || kinds.includes(kind))
    .flatMap(([input, kind]) =>
      placesAt(resource.inputs, input)
        .filter((place) => place.given)
        .map((place) => ({ kind, place, ...read(place) })),
    );
}

type Content = Omit<Document, "kind" | "place">;

const read = once((place: Place): Content => {
  const source = place.whole();
  // Not known yet; the read has recorded it.
  if (source === undefined) return { statements: [], isUnknown: true };
  try {
    return { statements: parseDocument(source).statements, isUnknown: false };
  } catch (error) {
    return { statements: [], isUnknown: false, fault: (error as Error).message };
  }
});

/** The name of a statement in messages: its Sid or its number. */
export const called = ({ sid }: Statement, index: number): string =>
  sid ? `Statement ${sid}` : `Statement ${index + 1}`;

/** A statement with the effect Allow, and its name in messages with the place of its document. */
export interface Grant {
  /** The actions and resources that the statement names, without those in NotAction and NotResource. */
  statement: Statement & { actions: string[]; resources: string[] };
  by: string;
}

/** The Allow statements in the documents of these kinds in a resource; all kinds by default. */
export const grantsIn = (resource: Resource, ...kinds: DocumentKind[]): Grant[] =>
  documentsIn(resource, ...kinds).flatMap(({ place, statements }) =>
    statements.flatMap((statement, index) => {
      if (statement.effect === "Deny") return [];
      const { actions = [], resources = [] } = statement;
      const by = `${called(statement, index)} in ${place.path}`;
      return [{ statement: { ...statement, actions, resources }, by }];
    }),
  );
