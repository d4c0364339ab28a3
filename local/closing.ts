type Close = () => Promise<void> | void;

/** What has been opened, to be closed in the reverse order. */
export interface Closing {
  /** What is opened while everything closes is closed at once. */
  opened: (close: Close) => void;
  /** Closes everything, whatever fails on the way, then throws the first failure. */
  close: () => Promise<void>;
}

export function createClosing(): Closing {
  const closes: Close[] = [];
  let isClosing = false;
  return {
    opened(close) {
      if (!isClosing) closes.push(close);
      else void Promise.resolve(close()).catch(() => undefined);
    },
    async close() {
      isClosing = true;
      const failures: unknown[] = [];
      for (const close of closes.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0] as Error;
    },
  };
}
