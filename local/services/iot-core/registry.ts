import {
  parseDocument,
  unevaluableConditions,
  type PolicyDocument,
  type Statement,
} from "../../../iam";
import { certificateVariables } from "./certificate-variables";
import { certificateId } from "./certificates";
import type { Identity, ThingDetails } from "./permissions";

/** A registered certificate: the one thing that it is attached to, and the policies that are attached to it. */
export interface DeviceCertificate extends Identity {
  /** SHA-256 of the certificate, as AWS IoT names it. */
  id: string;
  thingName: string;
}

/** The inputs of aws.iot.Policy that are used here. */
export interface DevicePolicyInputs {
  name: string;
  /** The document, as JSON. */
  policy: string;
}

/** Registers things, certificates and device policies. */
export interface Registry {
  /** Throws if the document is illegal, or has a condition that cannot be evaluated. */
  addPolicy(inputs: DevicePolicyInputs): void;
  /** Registers a device with its certificate in PEM. */
  addThing(
    thingName: string,
    certificate: string,
    policyNames: string[],
    thing?: ThingDetails,
  ): void;
  /** Deactivates a thing's certificate; returns the certificate's id. */
  deactivate(thingName: string): string;
  /** Undefined for a certificate that is not registered, even if the authority signed it, and for one that is not active. */
  certificate(id: string): DeviceCertificate | undefined;
}

export function createRegistry(): Registry {
  const policies = new Map<string, PolicyDocument>();
  const certificates = new Map<string, DeviceCertificate>();

  function policyOf(name: string, thingName: string): PolicyDocument {
    const policy = policies.get(name);
    if (policy) return policy;
    throw new Error(
      `Thing '${thingName}' needs policy '${name}', which is not registered; add the policy first.`,
    );
  }

  return {
    addPolicy({ name, policy }) {
      if (policies.has(name))
        throw new Error(`There is a device policy '${name}' already; choose another name.`);
      policies.set(name, evaluableDocument(name, policy));
    },
    addThing(thingName, certificate, policyNames, thing) {
      const id = certificateId(certificate);
      const attached = policyNames.map((name) => policyOf(name, thingName));
      const context = certificateVariables(certificate);
      certificates.set(id, { id, thingName, thing, context, policies: attached });
    },
    deactivate(thingName) {
      const certificate = [...certificates.values()].find((one) => one.thingName === thingName);
      if (!certificate)
        throw new Error(`There is no thing '${thingName}' with a certificate; add it first.`);
      certificates.delete(certificate.id);
      return certificate.id;
    },
    certificate: (id) => certificates.get(id),
  };
}

function evaluableDocument(name: string, policy: string): PolicyDocument {
  const document = parseDocument(policy, name);
  const malformed = document.statements.map(statementFault).find((fault) => fault !== undefined);
  if (malformed) throw new Error(`Device policy '${name}' is malformed: ${malformed}`);
  const faults = unevaluableConditions(document);
  if (faults.length === 0) return document;
  throw new Error(
    `Device policy '${name}' cannot be evaluated: ${faults.map(({ message }) => message).join(" ")}`,
  );
}

/**
 * Each statement of a device policy has actions and resources; without resources it would be about all of them.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */
function statementFault(statement: Statement, index: number): string | undefined {
  const { actions, notActions, resources, notResources } = statement;
  const where = `Statement[${index}]`;
  if (statement.principals ?? statement.notPrincipals)
    return `${where} has a Principal, which a policy of an identity cannot have.`;
  if ((actions ?? notActions)?.length === 0) return `${where} has no action.`;
  return (resources ?? notResources ?? []).length === 0 ? `${where} has no Resource.` : undefined;
}
