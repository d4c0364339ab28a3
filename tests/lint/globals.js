"use strict";
// Prints the names that Pulumi's serialiser takes for globals on the Node.js that runs this: own properties of the global object,
// and what every object inherits, its table of names of the module scope included.
const names = [globalThis, Object.prototype].flatMap((object) =>
  Object.getOwnPropertyNames(object),
);
console.log(JSON.stringify(names));
