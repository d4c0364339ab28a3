import type { Random } from "../../devices/random";

type Point = readonly number[];

/** A tree of random cuts: a point of the training, or two halves of the points within a box. */
type Tree = { point: Point; count: number } | Cut;

interface Cut {
  least: Point;
  most: Point;
  dimension: number;
  /** Points at most as great go left. */
  at: number;
  left: Tree;
  right: Tree;
  count: number;
}

export interface ForestArgs {
  /** At least one, all with the same number of values. */
  points: readonly Point[];
  /** @default 50 */
  trees?: number;
  /** Points of the training in each tree. @default 256 */
  sampleSize?: number;
  random: Random;
}

/** A random cut forest. */
export interface Forest {
  /** The number of values of a point. */
  dimensions: number;
  /** Unbounded above; the greater, the more unusual is the point. */
  score(point: Point): number;
}

/**
 * Trains a random cut forest and scores points by the expected depth at which a random cut separates them from the training, as AWS's
 * library does.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/rcf_how-it-works.html
 * @see https://github.com/aws/random-cut-forest-by-aws
 */
export function trainForest({ points, trees = 50, sampleSize = 256, random }: ForestArgs): Forest {
  const forest = Array.from({ length: trees }, () =>
    grow(sampleOf(points, sampleSize, random), random),
  );
  return {
    dimensions: points[0]?.length ?? 0,
    score: (point) => forest.reduce((sum, tree) => sum + scoreIn(tree, point), 0) / trees,
  };
}

function sampleOf(points: readonly Point[], size: number, random: Random): Point[] {
  const left = [...points];
  return Array.from({ length: Math.min(size, left.length) }, () => {
    const [taken] = left.splice(Math.floor(random.next() * left.length), 1);
    return taken as Point;
  });
}

function grow(points: Point[], random: Random): Tree {
  const [first = []] = points;
  const bounds = (bound: (a: number, b: number) => number): number[] =>
    first.map((_, nth) =>
      points.map((point) => point[nth] as number).reduce((a, b) => bound(a, b)),
    );
  const [least, most] = [bounds(Math.min), bounds(Math.max)];
  const sides = least.map((from, nth) => (most[nth] as number) - from);
  const span = sides.reduce((sum, side) => sum + side, 0);
  if (span === 0) return { point: first, count: points.length };
  // The longer a side, the more probable is a cut across it.
  let place = random.next() * span;
  let dimension = 0;
  while (dimension < sides.length - 1 && place >= (sides[dimension] as number))
    place -= sides[dimension++] as number;
  const at =
    (least[dimension] as number) + Math.min(place, (sides[dimension] as number) * 0.999_999);
  const isLeft = (point: Point): boolean => (point[dimension] as number) <= at;
  return {
    ...{ least, most, dimension, at, count: points.length },
    left: grow(points.filter(isLeft), random),
    right: grow(
      points.filter((point) => !isLeft(point)),
      random,
    ),
  };
}

const unseen = (depth: number): number => 1 / (depth + 1);
const seen = (depth: number, count: number): number => 1 / (depth + Math.log2(count + 1));

function scoreIn(tree: Tree, point: Point): number {
  const scoreAt = (node: Tree, depth: number): number => {
    if ("point" in node) {
      const isKnown = node.point.every((value, nth) => value === point[nth]);
      return isKnown ? seen(depth, node.count) : unseen(depth);
    }
    const probability = separation(node, point);
    if (probability === 1) return unseen(depth);
    const next = (point[node.dimension] as number) <= node.at ? node.left : node.right;
    return probability * unseen(depth) + (1 - probability) * scoreAt(next, depth + 1);
  };
  return scoreAt(tree, 0) * Math.log2(tree.count + 1);
}

/** The probability that a random cut of a box and a point separates the two. */
function separation({ least, most }: Cut, point: Point): number {
  let [outside, whole] = [0, 0];
  for (let nth = 0; nth < point.length; nth++) {
    const [value, from, to] = [point[nth] as number, least[nth] as number, most[nth] as number];
    const beyond = Math.max(from - value, 0) + Math.max(value - to, 0);
    outside += beyond;
    whole += to - from + beyond;
  }
  return whole === 0 ? 0 : outside / whole;
}
