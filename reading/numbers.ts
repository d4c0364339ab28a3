/** Of every number that is stored. What is nearer to zero than the last of them is 0 to every sink: some refuse it, no device measures it. */
export const decimalPlaces = 20;

/** The smallest number that is not 0. */
export const smallest = 1e-20;
