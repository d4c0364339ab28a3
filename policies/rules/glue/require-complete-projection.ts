import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** What each type of projection needs beside its type. */
const needed: ReadonlyMap<string | undefined, readonly string[]> = new Map(
  Object.entries({
    date: ["range", "format"],
    enum: ["values"],
    injected: [],
    integer: ["range"],
  }),
);

export const requireCompleteProjection: ResourceRule = {
  name: "glue-table-require-complete-projection",
  displayName: "Partition projection covers every partition key",
  description:
    "Every table with partition projection has the type of each partition key and the properties that this type needs.",
  area: "validation",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "AWS Glue accepts the table and every query of it fails, but no data is lost.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set projection.<key>.type to date, enum, integer or injected, and range, format or values as the type needs; name each key in storage.location.template.",
  url: "https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html",
  types: ["aws:glue/catalogTable:CatalogTable"],
  check({ inputs }, report) {
    const parameters = inputs.at("parameters");
    if (parameters.at("projection.enabled").text() !== "true") return;
    const template = parameters.at("storage.location.template");
    for (const item of inputs.at("partitionKeys").items()) {
      const key = item.at("name").text();
      if (key === undefined) continue;
      const type = parameters.at(`projection.${key}.type`);
      const properties = needed.get(type.text());
      if (type.isKnown() && !properties)
        report(`Has no valid projection.${key}.type: set it to ${[...needed.keys()].join(", ")}.`);
      for (const property of properties ?? [])
        if (!parameters.at(`projection.${key}.${property}`).given)
          report(`Has no projection.${key}.${property}: set it, as the type ${type.text()} needs.`);
      const place = "${" + key + "}";
      if (template.isKnown() && template.given && !template.text()?.includes(place))
        report(`Has a storage.location.template without ${place}: name every partition key in it.`);
    }
  },
};
