import * as assert from "node:assert/strict";
import { namesRegion, shortRegion } from "../../iam";

/** @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
const regions = [
  ..."af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2".split(
    " ",
  ),
  ..."ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6".split(
    " ",
  ),
  ..."ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2".split(
    " ",
  ),
  ..."eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1".split(
    " ",
  ),
  ..."me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1".split(" "),
  ..."us-gov-west-1 us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 us-isof-east-1".split(
    " ",
  ),
  ..."us-isof-south-1 us-west-1 us-west-2 eu-isoe-west-1".split(" "),
];

describe("shortRegion", () => {
  it("abbreviates directions as the ids of Availability Zones do", () => {
    assert.deepEqual(
      ["eu-central-1", "ap-southeast-2", "cn-northwest-1", "us-gov-west-1", "ap-southwest-1"].map(
        shortRegion,
      ),
      ["euc1", "apse2", "cnnw1", "usgovw1", "apsw1"],
    );
  });

  it("gives every Region of AWS a form of its own, of ten characters at most", () => {
    assert.equal(new Set(regions).size, regions.length);
    assert.equal(new Set(regions.map(shortRegion)).size, regions.length);
    for (const region of regions) assert.match(shortRegion(region), /^[a-z0-9]{4,10}$/);
  });
});

describe("namesRegion", () => {
  it("finds a Region in a name, in full or short", () => {
    for (const name of [
      "orders-eu-central-1",
      "euc1_orders",
      "a-EUC1-b",
      "eu-central-1.orders",
      "orders--eu_-_central--1",
    ])
      assert.ok(namesRegion(name, "eu-central-1"), name);
  });

  it("finds neither part of a word nor another Region", () => {
    for (const name of ["orders", "neuc1", "euc12", "eu-central-12", "eu-central", "euw1-orders"])
      assert.ok(!namesRegion(name, "eu-central-1"), name);
  });
});
