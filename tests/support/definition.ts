interface Verdict {
  isValid: boolean;
  errorsText: (separator: string) => string;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the package declares no types
const validate = require("asl-validator") as (definition: object) => Verdict;

/** The errors of a definition by the schema of the Amazon States Language; none if it is valid. */
export function faultsOf(definition: object): string {
  // It fills in what is left out, in the object that it is given.
  const { isValid, errorsText } = validate(structuredClone(definition));
  return isValid ? "" : errorsText("\n");
}
