import type * as pulumi from "@pulumi/pulumi";
import { catalogue, type IntegrationSettings, type Stem } from "./catalogue";
import type { Definition, Integration, Stack } from "./parts/integration";

/** Creates the integrations of a stack, one after the other. */
export class Integrations {
  /** Undefined for one that the stack does not have. */
  private readonly created = new Map<Stem, Integration | undefined>();

  constructor(
    private readonly stack: Stack,
    private readonly settings: IntegrationSettings,
  ) {}

  /** Creates the integration under its stem; does nothing if the stack does not have it. */
  create(stem: Stem): void {
    const values = this.settings[stem];
    const { create, needs, uses } = definitionOf(stem);
    const others = Object.entries({ ...needs, ...uses });
    const needed = others.map(([name, { stem: other }]) => [name, this.of(other)]);
    this.created.set(
      stem,
      values && create(stem, this.stack, values, Object.fromEntries(needed) as never),
    );
  }

  /** Outputs of the stack: one record per integration that it has, under its stem. Throws if one of the catalogue was left out. */
  outputs(): Record<string, Record<string, pulumi.Input<string>>> {
    return Object.fromEntries(
      catalogue.flatMap(({ stem }) => {
        const integration = this.of(stem);
        return integration ? [[stem, integration.outputs]] : [];
      }),
    );
  }

  /** Subscriptions of all integrations that wait for their confirmation, by their logical names. */
  unconfirmed(): pulumi.Output<string[]>[] {
    return [...this.created.values()].flatMap((integration) => integration?.unconfirmed ?? []);
  }

  private of(stem: string): Integration | undefined {
    if (!this.created.has(stem as Stem))
      throw new Error(`index.ts does not create ${stem}: add it, in the order of the catalogue.`);
    return this.created.get(stem as Stem);
  }
}

const definitionOf = (stem: Stem): Definition =>
  catalogue.find((one) => one.stem === stem) as unknown as Definition;
