/** What a collector answered; without a status, it did not answer. */
export interface Answer {
  status?: number;
  body: string;
}

/** The members of an answer's JSON object; none if the answer is something else. */
export function membersOf({ body }: Answer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The answer in one sentence, without its body. */
export function describeAnswer(answer: Answer): string {
  if (answer.status === undefined) return answer.body;
  const { code, text } = membersOf(answer);
  const said =
    typeof text === "string" ? `${text} (code ${String(code)})` : "no collector's answer";
  return `The collector answered ${answer.status}: ${said}.`;
}

/** Whether the collector does not take the token. */
export const refusesToken = ({ status }: Answer): boolean => status === 401 || status === 403;
