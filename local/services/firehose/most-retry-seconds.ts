/** The longest that a failing endpoint of a delivery stream is tried again here: nobody waits an hour at a laptop. */
export const patienceSeconds = 30;
