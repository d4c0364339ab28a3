/** An error for a document that cannot be read, with a name by which callers recognise it. */
export const documentError = (sentence: string): Error =>
  Object.assign(new Error(sentence), { name: "PolicyDocumentError" });
