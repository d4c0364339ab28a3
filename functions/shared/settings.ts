type Environment = Record<string, string | undefined>;

/** Returns a variable that the component has to set; throws if it is missing, so that the function does not start. */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new Error(
    `Environment variable ${name} is not set: deploy the function with its component.`,
  );
}
