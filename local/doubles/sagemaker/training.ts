import { createRandom } from "../../devices/random";
import { createSensor } from "../../devices/sensor";
import { numberFields } from "../../../reading/measure";
import { trainForest, type Forest } from "./forest";

/** Simulated devices of the training, the readings of each, and which of them the training takes. */
const [devices, readings, every] = [30, 1500, 50];
const seed = 20_261;
const trees = 30;

let known: Forest | undefined;

/** The model of every endpoint on this machine, trained once, on readings of simulated devices that are well. The same on every machine. */
export const model = (): Forest =>
  (known ??= trainForest({ points: normalPoints(), trees, random: createRandom(seed) }));

/** The mean and the standard deviation of the scores of the training, as an evaluation reports them. */
export function trainingScores(): { mean: number; deviation: number } {
  const scores = normalPoints().map((point) => model().score(point));
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / scores.length) };
}

/** Readings of devices that are well, as the numbers that each reading has. */
function normalPoints(): number[][] {
  const random = createRandom(seed + 1);
  const features = Object.entries(numberFields()).flatMap(([name, { optional = false }]) =>
    optional ? [] : [name],
  );
  return Array.from({ length: devices }, (_, device) => {
    const sensor = createSensor(`training-${device}`, random);
    const measured = Array.from({ length: readings }, (_, nth) => sensor.measure(nth, false));
    return measured
      .filter((_, nth) => nth % every === 0)
      .map((reading) =>
        features.map((name) => (reading as unknown as Record<string, number>)[name] as number),
      );
  }).flat();
}
