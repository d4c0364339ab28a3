/**
 * The X.509 library includes a dependency injection container that does not load without metadata reflection, a proposal that
 * Node lacks. None of its classes takes constructor arguments, so this stub returns no metadata.
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
