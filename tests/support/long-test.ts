import { quickVariable } from "../runner/protocol";

/** Whether this process belongs to `npm run test:quick`. */
export const isQuick = process.env[quickVariable] !== undefined;

/**
 * Defines a test that takes more than five seconds of processor time. `npm run test:quick` skips it, names it and counts it
 * (docs/decisions/0097).
 */
export const longTest: typeof it | typeof it.skip = isQuick ? it.skip : it;

/** The same for all tests of a suite, with its hooks. */
export const longSuite: typeof describe | typeof describe.skip = isQuick ? describe.skip : describe;

/** The runs of a property that many inputs take seconds to check: a quarter of them in `npm run test:quick`. */
export const runsOf = (runs: number): number => (isQuick ? Math.ceil(runs / 4) : runs);
