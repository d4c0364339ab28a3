/** What the double of Rekognition recognises: things of one colour each, in red, green and blue from 0 to 255. */
export const palette: Readonly<Record<string, readonly [number, number, number]>> = {
  Person: [230, 60, 60],
  Car: [40, 80, 210],
  Dog: [150, 95, 30],
  Tree: [30, 150, 60],
};
