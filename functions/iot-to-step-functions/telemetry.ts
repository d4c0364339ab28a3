import type { Reading } from "../shared/reading";

/** The input of an execution: a valid reading, and when AWS IoT took it. */
export interface Telemetry extends Reading {
  receivedAt: number;
}

/** What ProcessTelemetry found. */
export interface Analysis {
  /** One sentence each; empty if there is nothing to tell. */
  anomalies: string[];
  hasAnomalies: boolean;
}
