import type { Load } from "../../../functions/iot-to-redshift/statements";
import type { LoadFailure, Warehouse } from "../../../functions/iot-to-redshift/warehouse";

/** What happens to one load. */
export type Fate =
  | "answers"
  /** The statement is committed, and the callback does not learn it. */
  | "commits and throws"
  /** The Data API refuses the statement. */
  | "throws"
  /** Another load is committed first. */
  | "comes second";

/** A warehouse that keeps the promises of Redshift's transactions: a load is committed as a whole, or fails as a whole. */
export class FakeWarehouse implements Warehouse {
  readonly ledger = new Set<string>();
  /** How often each object was loaded. */
  readonly loads = new Map<string, number>();
  readonly attempts: Load[] = [];
  readonly bad = new Set<string>();
  /** The fate of each next load; "answers" when there are none left. */
  fates: Fate[] = [];
  ledgerIsOutOfReach = false;

  loadedAmong = async (keys: string[]): Promise<Set<string>> => {
    if (this.ledgerIsOutOfReach) throw new Error("The ledger cannot be read: asleep");
    return new Set(keys.filter((key) => this.ledger.has(key)));
  };

  load = async (load: Load): Promise<LoadFailure | undefined> => {
    this.attempts.push(load);
    const statementId = `statement-${this.attempts.length}`;
    const fate = this.fates.shift() ?? "answers";
    if (fate === "throws") throw new Error("ActiveStatementsExceededException");
    if (fate === "comes second") this.commit(load.keys.filter((key) => !this.bad.has(key)));
    if (load.keys.some((key) => this.ledger.has(key)))
      return { statementId, error: "Cannot insert a NULL value into column batch" };
    if (load.keys.some((key) => this.bad.has(key)))
      return { statementId, error: "Load into table 'readings' failed." };
    this.commit(load.keys);
    if (fate === "commits and throws") throw new Error("socket hang up");
    return undefined;
  };

  private commit(keys: string[]): void {
    for (const key of keys) {
      this.ledger.add(key);
      this.loads.set(key, (this.loads.get(key) ?? 0) + 1);
    }
  }
}
