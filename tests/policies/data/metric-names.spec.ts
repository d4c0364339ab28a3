import * as assert from "node:assert/strict";
import {
  metricNames,
  namespacesOfServices,
  otherNamespaces,
} from "../../../policies/data/metric-names";
import { repeatedIn } from "./repeated-in";

const others = otherNamespaces.split(" ");
const known = [...Object.keys(metricNames), ...others];

describe("The names of AWS's metrics", () => {
  for (const [namespace, { page, metrics }] of Object.entries(metricNames)) {
    const names = metrics.split(" ");

    it(`of ${namespace} have the characters of AWS's names, and no other`, () => {
      assert.deepEqual(
        names.filter((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(name)),
        [],
      );
    });

    it(`of ${namespace} are listed once`, () => {
      assert.deepEqual(repeatedIn(names), []);
    });

    it(`of ${namespace} are on a page of the documentation of AWS`, () => {
      assert.match(
        page,
        /^https:\/\/docs\.aws\.amazon\.com\/(?:[A-Za-z0-9_-]+\/){3,}[a-z0-9_-]+\.html$/,
      );
    });
  }

  it("are on one page for each namespace", () => {
    assert.deepEqual(repeatedIn(Object.values(metricNames).map(({ page }) => page)), []);
  });
});

describe("The namespaces of AWS's metrics", () => {
  it("have the form that CloudWatch accepts, and the prefix of AWS services", () => {
    assert.deepEqual(
      known.filter((namespace) => !/^(?:AWS|ECS)(?:\/[A-Z][A-Za-z0-9-]+){1,2}$/.test(namespace)),
      [],
    );
  });

  it("are listed once, in any case of letters", () => {
    assert.deepEqual(repeatedIn(known.map((namespace) => namespace.toLowerCase())), []);
  });

  it("are known for each service that is not a namespace", () => {
    assert.notDeepEqual(namespacesOfServices, {});
    for (const [service, namespace] of Object.entries(namespacesOfServices)) {
      assert.match(service, /^aws(?:\/[a-z0-9]+){1,2}$/);
      assert.ok(!known.some((one) => one.toLowerCase() === service), service);
      assert.ok(known.includes(namespace), namespace);
    }
  });
});
