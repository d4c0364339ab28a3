import type { ResourceValidationArgs } from "@pulumi/policy";

/**
 * Which inputs a program gave, as rules about one resource see them. A rule about the whole stack sees outputs: one that is not
 * known yet and was no input is left out, and the service's default holds.
 */
export class GivenInputs {
  private readonly byUrn = new Map<string, Set<string>>();

  /** Remembers a resource before it is made, once the provider has checked its inputs. */
  remember({ urn, props }: Pick<ResourceValidationArgs, "urn" | "props">): void {
    if (!this.byUrn.has(urn)) this.byUrn.set(urn, new Set(Object.keys(props)));
  }

  /** True if a resource was remembered without this input. */
  isLeftOut(urn: string, input: string): boolean {
    return this.byUrn.get(urn)?.has(input) === false;
  }
}
