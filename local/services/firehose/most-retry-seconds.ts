/** The longest time for which a delivery stream retries a failing endpoint here; AWS's default for Splunk is an hour. */
export const mostRetrySeconds = 30;
