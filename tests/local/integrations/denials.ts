import * as assert from "node:assert/strict";
import { stems } from "../../../components/catalogue";
import { allStatements, without } from "./permissions";
import { deployed, type World } from "./world";

/** Tests of an integration without single statements of its roles. */
export interface Denials {
  /** One statement, as `<role>/<statement>`, and the effect of its absence. */
  denied: (statement: string, what: string, test: (world: World) => Promise<void>) => void;
  /** Statements whose absence cannot show on this machine, each with the reason; `test` shows that all works without them. */
  unseen: (reasons: Record<string, string>, test: (world: World) => Promise<void>) => void;
}

/**
 * `owned` are the beginnings of the names of the roles that a spec answers for. Fails for each statement of theirs that the spec
 * does not test, so that a new one cannot be forgotten. `deployment` is the program under test, by default that of all specs.
 */
export function describeDenials(
  owned: string[],
  define: (denials: Denials) => void,
  deployment: () => Promise<World> = () =>
    deployed(stems.find((stem) => owned.every((name) => name.startsWith(stem)))),
): void {
  describe(`${owned.join(" and ")}, with a statement taken away`, function () {
    this.timeout(120_000);
    const covered: string[] = [];
    define({
      denied(statement, what, test) {
        covered.push(statement);
        it(`without ${statement}: ${what}`, async () => test(await deployment()));
      },
      unseen(reasons, test) {
        covered.push(...Object.keys(reasons));
        const named = Object.entries(reasons).map(([statement, why]) => `${statement} (${why})`);
        it(`works here without ${named.join(", ")}`, async () => {
          const world = await deployment();
          await without(world, Object.keys(reasons), () => test(world));
        });
      },
    });
    it("has a test for every statement of its roles", async () => {
      const statements = allStatements(await deployment()).filter((statement) =>
        owned.some((beginning) => statement.startsWith(`${beginning}-`)),
      );
      assert.deepEqual(covered.sort(), statements.sort());
    });
  });
}
