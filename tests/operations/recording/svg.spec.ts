import * as assert from "node:assert/strict";
import { svgOf } from "../../../operations/recording/svg";

const frames = [
  { seconds: 0, lines: ["step …"] },
  { seconds: 0.5, lines: ["  done & <well>"] },
];

describe("The picture of a recording", () => {
  const svg = svgOf(frames, "A <run>");

  it("shows each line while the terminal showed it, and the last frame where nothing moves", () => {
    assert.match(
      svg,
      /@keyframes f0\{0%\{visibility:hidden\}0%\{visibility:visible\}100%\{visibility:hidden\}\}/,
    );
    assert.match(
      svg,
      /<g id="f0" class="gone"><text x="16" y="30" textLength="50.4"[^>]*>step …<\/text><\/g>/,
    );
    assert.match(svg, /@keyframes f1\{0%\{visibility:hidden\}100%\{visibility:visible\}\}/);
    // Two columns to the right, thirteen glyphs.
    assert.match(
      svg,
      /<g id="f1"><text x="32.8" y="30" textLength="109.2"[^>]*>done &amp; &lt;well&gt;<\/text><\/g>/,
    );
    assert.match(svg, /<title>A &lt;run&gt;<\/title>/);
    assert.match(
      svg,
      /@media \(prefers-reduced-motion:no-preference\)\{g\{animation:0.5s step-end both\}/,
    );
  });

  it("shortens pauses to 0.6 s", () =>
    assert.match(
      svgOf([...frames, { seconds: 60.5, lines: ["end"] }], ""),
      /g\{animation:1.1s step-end both\}/,
    ));

  it("leaves out what came and went at once", () =>
    assert.doesNotMatch(
      svgOf([{ seconds: 0.495, lines: ["flash"] }, ...frames.slice(1)], ""),
      /flash/,
    ));
});
