/**
 * The X.509 library brings a container for dependency injection that refuses to load without metadata reflection, a proposal
 * that Node lacks. None of its classes takes constructor arguments, so there is nothing to reflect on: this answers that.
 */
const nothing = (): undefined => undefined;

if (!("getMetadata" in Reflect)) {
  Object.assign(Reflect, {
    getMetadata: nothing,
    getOwnMetadata: nothing,
    defineMetadata: nothing,
  });
}

export {};
