type Environment = Record<string, string | undefined>;

/** A variable that the component has to set; a function without it must not start. */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new Error(
    `Environment variable ${name} is not set: deploy the function with its component.`,
  );
}
