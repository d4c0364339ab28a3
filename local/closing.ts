type Close = () => Promise<void> | void;

/** What has been opened, to be closed in reverse order. */
export interface Closing {
  /** Adds what has been opened; if everything is closing already, closes it at once. */
  opened: (close: Close) => void;
  /** Closes everything even if parts fail, then throws the first failure. */
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
