interface State {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
}

/** A workflow's definition as a Mermaid state diagram: what follows what, dashed words for what fails. */
export function stateDiagram(definition: {
  StartAt: string;
  States: Record<string, State>;
}): string {
  const arrows = Object.entries(definition.States).flatMap(([name, state]) => [
    ...(state.Choices ?? []).map(({ Next }) => `${name} --> ${Next} : anomalies`),
    ...(state.Default ? [`${name} --> ${state.Default} : none`] : []),
    ...(state.Next ? [`${name} --> ${state.Next}`] : []),
    ...(state.Catch ?? []).map(({ Next }) => `${name} --> ${Next} : error`),
    ...(state.End || state.Type === "Fail" ? [`${name} --> [*]`] : []),
  ]);
  return ["stateDiagram-v2", `[*] --> ${definition.StartAt}`, ...arrows].join("\n  ");
}
