import type { DataApi, QueryApi, StatementState } from "./data-api";
import { loadedQuery, loadStatements, type Load, type Tables } from "./statements";

/** When to stop waiting for a statement. */
export interface Clock {
  /** In ms since the epoch. */
  now(): number;
  /** Passes the time between two looks at a statement. */
  pause(): Promise<void>;
}

export interface LedgerArgs {
  api: QueryApi;
  tables: Tables;
  clock: Clock;
}

export interface WarehouseArgs extends LedgerArgs {
  api: DataApi;
  /** The role as which Redshift reads the objects. */
  copyRoleArn: string;
}

/** The end of a load: undefined if it was committed. */
export interface LoadFailure {
  statementId: string;
  /** As DescribeStatement returns it; the event of the Data API has none. */
  error: string;
}

/** The table of loaded objects. Every method throws if it has no answer at the deadline, in ms since the epoch. */
export interface Ledger {
  /** Returns those of the objects that are in the ledger. */
  loadedAmong(keys: string[], deadline: number): Promise<Set<string>>;
}

/** The warehouse of a callback. */
export interface Warehouse extends Ledger {
  /** Loads objects in one transaction: all of them, or none. */
  load(load: Load, deadline: number): Promise<LoadFailure | undefined>;
}

/** The most keys in one query, which keeps the statement below its limit of 100 KB. */
const mostKeys = 90;

/** @see https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html */
const ended = (status: string): boolean => ["FINISHED", "FAILED", "ABORTED"].includes(status);

async function endOf(
  id: string,
  { api, clock }: Pick<LedgerArgs, "api" | "clock">,
  deadline: number,
): Promise<StatementState> {
  for (;;) {
    const state = await api.describe(id);
    if (ended(state.status)) return state;
    if (clock.now() >= deadline)
      throw new Error(`Statement ${id} is ${state.status} and has not ended in time.`);
    await clock.pause();
  }
}

export function createLedger({ api, tables, clock }: LedgerArgs): Ledger {
  return {
    async loadedAmong(keys, deadline) {
      const loaded = new Set<string>();
      for (let from = 0; from < keys.length; from += mostKeys) {
        const id = await api.execute(loadedQuery(tables, keys.slice(from, from + mostKeys)));
        const { status, error } = await endOf(id, { api, clock }, deadline);
        if (status !== "FINISHED") throw new Error(`The ledger cannot be read: ${error ?? status}`);
        for (const key of await api.texts(id)) loaded.add(key);
      }
      return loaded;
    },
  };
}

export function createWarehouse(args: WarehouseArgs): Warehouse {
  const { api, tables, copyRoleArn, clock } = args;
  return {
    ...createLedger(args),
    async load(load, deadline) {
      const sqls = loadStatements(tables, copyRoleArn, load);
      const statementId = await api.executeTogether(sqls, load.token, load.keys.join(" "));
      const { status, error } = await endOf(statementId, { api, clock }, deadline);
      return status === "FINISHED" ? undefined : { statementId, error: error ?? status };
    },
  };
}
