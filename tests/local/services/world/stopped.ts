/** For use in `describe`: keeps what a test has started, and stops it when the test ends. */
export function stoppedAfterEach<T extends { stop(): Promise<unknown> }>(): (started: T) => T {
  const running: T[] = [];
  afterEach(async () => {
    for (const started of running.splice(0)) await started.stop();
  });
  return (started) => {
    running.push(started);
    return started;
  };
}
