interface State {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  Choices?: { Next: string }[];
  Parameters?: { FunctionName?: string };
  Arguments?: { FunctionName?: string };
}

/** A definition in Amazon States Language. */
export interface Definition {
  StartAt: string;
  States: Record<string, State>;
}

/** The longest way of an execution without a failure. */
export interface Path {
  /** State transitions that AWS bills: one into each state, and one out of the last. */
  transitions: number;
  /** The ARNs of the functions on the way. */
  functions: string[];
}

/**
 * Finds the longest way through a definition in Amazon States Language without retries and catches.
 * @see https://aws.amazon.com/step-functions/pricing/
 */
export function pathOf({ StartAt, States }: Definition): Path {
  const longest = (name: string, seen: readonly string[]): string[] => {
    const state = States[name];
    if (!state || seen.includes(name)) return [];
    const next = [state.Next, state.Default, ...(state.Choices ?? []).map(({ Next }) => Next)];
    const ways = next
      .filter((one) => one !== undefined)
      .map((one) => longest(one, [...seen, name]))
      .sort((a, b) => b.length - a.length);
    return [name, ...(ways[0] ?? [])];
  };
  const names = longest(StartAt, []);
  const functions = names.flatMap((name) => {
    const { Parameters, Arguments } = States[name] ?? {};
    return Parameters?.FunctionName ?? Arguments?.FunctionName ?? [];
  });
  return { transitions: names.length + 1, functions };
}
