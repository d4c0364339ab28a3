import { parseDocument, type PolicyDocument } from "../../../iam";
import { certificateId } from "./certificates";

/** A registered certificate, with its thing and its policies. */
export interface DeviceCertificate {
  /** SHA-256 of the certificate, as AWS IoT names it. */
  id: string;
  thingName: string;
  policies: PolicyDocument[];
}

/** The inputs of aws.iot.Policy that are used here. */
export interface DevicePolicyInputs {
  name: string;
  /** The document, as JSON. */
  policy: string;
}

/** The device registry: things, certificates and policies. */
export interface Registry {
  addPolicy(inputs: DevicePolicyInputs): void;
  /** Registers a device with its certificate in PEM. */
  addThing(thingName: string, certificate: string, policyNames: string[]): void;
  /** Deactivates a thing's certificate; returns its id. */
  deactivate(thingName: string): string;
  /** Undefined for an unregistered certificate, even if the authority signed it, and for an inactive one. */
  certificate(id: string): DeviceCertificate | undefined;
}

export function createRegistry(): Registry {
  const policies = new Map<string, PolicyDocument>();
  const certificates = new Map<string, DeviceCertificate>();

  function policyOf(name: string, thingName: string): PolicyDocument {
    const policy = policies.get(name);
    if (policy) return policy;
    throw new Error(
      `Thing '${thingName}' needs policy '${name}', which does not exist; add it first.`,
    );
  }

  return {
    addPolicy({ name, policy }) {
      if (policies.has(name))
        throw new Error(`There is a device policy '${name}' already; choose another name.`);
      policies.set(name, parseDocument(policy));
    },
    addThing(thingName, certificate, policyNames) {
      const id = certificateId(certificate);
      const attached = policyNames.map((name) => policyOf(name, thingName));
      certificates.set(id, { id, thingName, policies: attached });
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
