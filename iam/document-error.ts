/** A document that cannot be read or decided on: one sentence, and a name to tell it by. */
export const documentError = (sentence: string): Error =>
  Object.assign(new Error(sentence), { name: "PolicyDocumentError" });
