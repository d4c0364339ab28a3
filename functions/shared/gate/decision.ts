/** What a gate admits. */
export interface Limits {
  /** Admissions of one device in an hour. */
  deviceBudget: number;
  /** Admissions of all devices together in an hour. */
  totalBudget: number;
  /** A condition has ended when no reading reported it for this long. */
  quietMinutes: number;
  /** A condition that lasts is admitted again after this long. */
  repeatMinutes: number;
}

/** What the gate knows of a device. Times are when AWS IoT received a message, in ms since the epoch: a device cannot choose them. */
export interface DeviceState {
  /** The condition that was admitted last. */
  condition?: string;
  admittedAt?: number;
  /** The last time that a reading reported that condition. */
  seenAt?: number;
  /** The hour that `used` counts in, in hours since the epoch. */
  hour?: number;
  used?: number;
  /** Admissions so far. Every admission is written on the condition that this is the number that it was decided on. */
  admissions: number;
  /** Readings that were muted since the last admission. */
  muted: number;
  /** Admitted readings that are not settled, by id: a redelivery finds its own here. */
  pending: Readonly<Record<string, Note>>;
}

/** What an alert says of the gate. */
export interface Note {
  /** Readings of the device that were muted since the admission before this one. */
  muted: number;
  /** When the device's next alert can come, if its budget is used up by this one; in ms since the epoch. */
  deviceMutedUntil?: number;
  /** The same for all devices. */
  allMutedUntil?: number;
}

/** A reading as the gate sees it. */
export interface Candidate {
  /** Its id: the same for a redelivery or a repetition. */
  id: string;
  deviceId: string;
  timestamp: number;
  /** What is wrong with the device, in a word: a change of it passes the gate. */
  condition: string;
  receivedAt: number;
}

export type Verdict =
  { kind: "admit"; note: Note } | { kind: "admitted"; note: Note } | { kind: "mute" };

const minute = 60_000;
const hour = 60 * minute;

export const hourOf = (time: number): number => Math.floor(time / hour);

/** When an hour ends, in ms since the epoch. */
export const endOf = (hours: number): number => (hours + 1) * hour;

export const unknownDevice: DeviceState = { admissions: 0, muted: 0, pending: {} };

/** Decides about a reading: admit a changed or lasting condition within the device's budget, mute everything else. */
export function decide(state: DeviceState, candidate: Candidate, limits: Limits): Verdict {
  const known = state.pending[candidate.id];
  if (known) return { kind: "admitted", note: known };
  if (isUnchanged(state, candidate, limits)) return { kind: "mute" };
  const used = usedIn(state, candidate) + 1;
  if (used > limits.deviceBudget) return { kind: "mute" };
  const isLast = used === limits.deviceBudget;
  return {
    kind: "admit",
    note: {
      muted: state.muted,
      ...(isLast && { deviceMutedUntil: endOf(windowOf(state, candidate)) }),
    },
  };
}

function isUnchanged(state: DeviceState, { condition, receivedAt }: Candidate, limits: Limits) {
  const { admittedAt, seenAt = admittedAt } = state;
  if (admittedAt === undefined || seenAt === undefined) return false;
  return (
    state.condition === condition &&
    receivedAt - seenAt <= limits.quietMinutes * minute &&
    receivedAt - admittedAt < limits.repeatMinutes * minute
  );
}

/** The hour whose budget a reading uses. A message that arrives late does not go back to an hour that has passed. */
const windowOf = ({ hour: counted = 0 }: DeviceState, { receivedAt }: Candidate): number =>
  Math.max(counted, hourOf(receivedAt));

const usedIn = (state: DeviceState, candidate: Candidate): number =>
  state.hour === windowOf(state, candidate) ? (state.used ?? 0) : 0;

/** The state after an admission. */
export const admitted = (state: DeviceState, candidate: Candidate, note: Note): DeviceState => ({
  condition: candidate.condition,
  admittedAt: candidate.receivedAt,
  seenAt: candidate.receivedAt,
  hour: windowOf(state, candidate),
  used: usedIn(state, candidate) + 1,
  admissions: state.admissions + 1,
  muted: state.muted - note.muted,
  pending: { ...state.pending, [candidate.id]: note },
});

/** The state after a reading was muted: one of the admitted condition keeps that condition from ending. */
export const muted = (state: DeviceState, { condition, receivedAt }: Candidate): DeviceState => ({
  ...state,
  muted: state.muted + 1,
  ...(state.condition === condition && {
    seenAt: Math.max(state.seenAt ?? receivedAt, receivedAt),
  }),
});
