import { RuleTester, type Rule } from "eslint";
import { parser } from "typescript-eslint";
import { callbacks } from "../../lint";

const tester = new RuleTester({ languageOptions: { parser } });

/** Runs a rule over code that it accepts, and over code with the ids of the messages that it reports, in their order. */
export function tryRule(
  name: string,
  { accepts, refuses }: { accepts: string[]; refuses: Record<string, string[]> },
): void {
  tester.run(name, callbacks.rules?.[name] as unknown as Rule.RuleModule, {
    valid: accepts,
    invalid: Object.entries(refuses).map(([code, messageIds]) => ({
      code,
      errors: messageIds.map((messageId) => ({ messageId })),
    })),
  });
}
