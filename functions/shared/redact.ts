/** The text without a secret: a proxy that echoes a request would put it into a log or a queue. */
export const redact = (text: string, secret: string): string => text.replaceAll(secret, "***");
