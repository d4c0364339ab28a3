let made = 0;
/** A name that no other test uses. */
export const next = (kind: string): string => `mappings-${kind}-${++made}`;
