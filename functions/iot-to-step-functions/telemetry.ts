import type { Reading } from "../../reading/reading";

/** The input of an execution: a valid reading, and when AWS IoT received it. */
export interface Telemetry extends Reading {
  /** In ms since the epoch. */
  receivedAt: number;
}

/** The result of ProcessTelemetry. */
export interface Analysis {
  /** One sentence each; empty if nothing is unusual. */
  anomalies: string[];
  hasAnomalies: boolean;
}
