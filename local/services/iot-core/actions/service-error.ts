/** An error in the format of a service, for requests that the emulator accepts but AWS rejects. */
export const serviceError = (name: string, message: string, httpStatusCode = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
