import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { leasesToTake } from "../../../functions/stream-to-fargate/balance";
import { ended, fromStart, type Lease } from "../../../functions/stream-to-fargate/lease";

const lease = (nth: number, changes: Partial<Lease> = {}): Lease => ({
  ...{ shardId: `shard-${nth}`, epoch: 1, counter: 1, checkpoint: fromStart, parents: [] },
  ...changes,
});
const idsOf = (leases: Lease[]) => leases.map(({ shardId }) => shardId);
const unowned = ({ owner }: Lease) => owner === undefined;
const first = () => 0;

describe("The leases that a task takes", () => {
  it("are all of them for the only task", () => {
    const leases = [lease(1), lease(2)];
    const taken = leasesToTake({ leases, task: "me", isExpired: unowned, pick: first });
    assert.deepEqual(idsOf(taken), ["shard-1", "shard-2"]);
  });

  it("are none of a child whose parent has not ended, and none that has ended", () => {
    const leases = [
      lease(1, { owner: "other" }),
      lease(2, { parents: ["shard-1"] }),
      lease(3, { checkpoint: ended }),
      lease(4, { parents: ["shard-3", "gone"] }),
    ];
    const taken = leasesToTake({ leases, task: "me", isExpired: unowned, pick: first });
    assert.deepEqual(idsOf(taken), ["shard-4"]);
  });

  it("are one of the richest task's, if it has two more", () => {
    const leases = [1, 2, 3].map((nth) => lease(nth, { owner: nth < 3 ? "rich" : "poor" }));
    const args = { leases, isExpired: unowned, pick: first };
    assert.deepEqual(idsOf(leasesToTake({ ...args, task: "me" })), ["shard-1"]);
    assert.deepEqual(idsOf(leasesToTake({ ...args, task: "poor" })), []);
  });

  it("end up shared evenly and then stay, whatever the number of tasks and shards and the order of their rounds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat(1000)),
        (shards, tasks, numbers) => {
          const leases = Array.from({ length: shards }, (_, nth) => lease(nth));
          const pick = (choices: number) => Number(numbers.next().value) % choices;
          let moves = 0;
          const round = (task: string): void => {
            for (const taken of leasesToTake({ leases, task, isExpired: unowned, pick })) {
              taken.owner = task;
              moves += 1;
            }
          };
          for (let rounds = 0; rounds < 60; rounds++) round(`task-${pick(tasks)}`);
          for (let nth = 0; nth < tasks; nth++) for (let n = 0; n < 12; n++) round(`task-${nth}`);
          for (let nth = 0; nth < tasks; nth++) for (let n = 0; n < 12; n++) round(`task-${nth}`);
          moves = 0;
          for (let nth = 0; nth < tasks; nth++) round(`task-${nth}`);
          const counts = Array.from(
            { length: tasks },
            (_, nth) => leases.filter(({ owner }) => owner === `task-${nth}`).length,
          );
          assert.equal(moves, 0);
          assert.ok(leases.every(({ owner }) => owner !== undefined));
          assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join());
        },
      ),
    );
  });
});
