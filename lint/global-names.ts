import * as globals from "globals";

/** The environments whose globals a Node.js process has, over all supported versions of Node.js. */
const environments = [
  globals.builtin,
  globals.node,
  globals.nodeBuiltin,
  globals.commonjs,
  globals["shared-node-browser"],
];

/**
 * Names that Pulumi's serialiser takes for globals and therefore never captures: those of `global`, and, since it looks them up in an
 * object literal, those that every object inherits.
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/closure/parseFunction.ts (`isBuiltIn`)
 */
export const globalNames: ReadonlySet<string> = new Set([
  ...environments.flatMap((environment) => Object.keys(environment)),
  ...Object.getOwnPropertyNames(Object.prototype),
  // Global where an option of Node.js switches it on.
  "EventSource",
]);
