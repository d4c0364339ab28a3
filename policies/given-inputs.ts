import type { ResourceValidationArgs } from "@pulumi/policy";

/**
 * Records which inputs a program set, as resource rules see them. A stack rule sees outputs. An output that is not known yet and was not
 * set as an input is omitted, and the default of the service applies.
 */
export class GivenInputs {
  private readonly byUrn = new Map<string, Set<string>>();

  /** Records a resource before it is created, after the provider has checked its inputs. */
  remember({ urn, props }: Pick<ResourceValidationArgs, "urn" | "props">): void {
    if (!this.byUrn.has(urn)) this.byUrn.set(urn, new Set(Object.keys(props)));
  }

  /** Returns true if a resource was recorded without this input. */
  isLeftOut(urn: string, input: string): boolean {
    return this.byUrn.get(urn)?.has(input) === false;
  }
}
