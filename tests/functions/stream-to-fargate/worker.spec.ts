import * as assert from "node:assert/strict";
import { lagOf } from "../../../functions/stream-to-fargate/lag";
import { ended, fromStart, type Leases } from "../../../functions/stream-to-fargate/lease";
import type { Process } from "../../../functions/stream-to-fargate/shard-reader";
import type { Stream } from "../../../functions/stream-to-fargate/stream";
import {
  drainMilliseconds,
  startWorker,
  type Worker,
} from "../../../functions/stream-to-fargate/worker";
import { createFakeClock, type FakeClock } from "./fake-clock";
import { createLeaseDouble, type LeaseDouble } from "./lease-double";
import { createStreamDouble, type StreamDouble } from "./stream-double";

const leaseMilliseconds = 20_000;

describe("Tasks that share a stream", () => {
  let clock: FakeClock;
  let stream: StreamDouble;
  let leases: LeaseDouble;
  let running: Worker[];
  /** What was processed, by which task, in order. */
  let processed: { task: string; text: string }[];
  const { log } = console;

  beforeEach(() => {
    console.log = () => undefined;
    clock = createFakeClock();
    stream = createStreamDouble(clock, 4);
    leases = createLeaseDouble();
    [running, processed] = [[], []];
  });
  afterEach(async () => {
    leases.isDown = false;
    const stopped = Promise.all(running.map((worker) => worker.stop()));
    await clock.advance(60_000);
    await stopped;
    console.log = log;
  });

  const noting =
    (task: string): Process =>
    async (records) => {
      processed.push(...records.map(({ data }) => ({ task, text: Buffer.from(data).toString() })));
      return true;
    };
  const start = (
    task: string,
    process = noting(task),
    table: Leases = leases,
    source: Stream = stream,
  ): Worker => {
    const worker = startWorker({
      ...{ task, stream: source, leases: table, process, clock },
      ...{ leaseMilliseconds, pollMilliseconds: 1000 },
    });
    // Calls of a task that died never return, so it cannot be stopped.
    if (table === leases) running.push(worker);
    return worker;
  };
  const texts = () => processed.map(({ text }) => text);
  const owners = () =>
    [...leases.all.values()].filter(({ checkpoint }) => checkpoint !== ended).map((l) => l.owner);
  const shards = async () => (await stream.shards()).map(({ shardId }) => shardId);

  it("process every record of every shard once, in the order of its shard", async () => {
    const [a = "", b = ""] = await shards();
    for (let nth = 0; nth < 10; nth++) {
      stream.put(a, `a${nth}`);
      stream.put(b, `b${nth}`);
    }
    start("one");
    await clock.advance(30_000);
    stream.put(a, "a10");
    await clock.advance(2000);
    const of = (letter: string) => texts().filter((text) => text.startsWith(letter));
    assert.deepEqual(
      of("a"),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((nth) => `a${nth}`),
    );
    assert.deepEqual(
      of("b"),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((nth) => `b${nth}`),
    );
  });

  it("read each shard once a second and no more often", async () => {
    start("one");
    await clock.advance(60_000);
    for (const times of stream.reads.values()) {
      assert.ok(times.length >= 50);
      times.slice(1).forEach((time, nth) => assert.ok(time - (times[nth] ?? 0) >= 1000));
    }
  });

  it("share the shards evenly when a second one comes", async () => {
    start("one");
    await clock.advance(30_000);
    assert.deepEqual(owners(), ["one", "one", "one", "one"]);
    start("two");
    await clock.advance(60_000);
    assert.deepEqual(owners().sort(), ["one", "one", "two", "two"]);
    const before = owners();
    await clock.advance(120_000);
    assert.deepEqual(owners(), before, "A lease moved although the shares were even.");
  });

  it("take over the shards of a task that died, from its checkpoints, after the time of a lease", async () => {
    const [a = ""] = await shards();
    // It dies without a word: the table no longer hears of it.
    const dying = createDying(leases);
    start("one", noting("one"), dying);
    stream.put(a, "before");
    await clock.advance(10_000);
    dying.die();
    stream.put(a, "after");
    start("two");
    // It takes some at once to share with a task that seems to be alive, and the others when that is over.
    await clock.advance(leaseMilliseconds - 6000);
    assert.ok(owners().includes("one"));
    await clock.advance(20_000);
    assert.ok(owners().every((owner) => owner === "two"));
    assert.deepEqual(texts().filter((text) => text === "before").length, 1);
    assert.ok(processed.some(({ task, text }) => task === "two" && text === "after"));
  });

  it("refuse the checkpoint of a task that was taken for dead: its successor's stays", async () => {
    const [a = ""] = await shards();
    let go = (): void => undefined;
    const slow: Process = async () => {
      await new Promise<void>((resume) => (go = resume));
      return true;
    };
    const dying = createDying(leases);
    start("one", slow, dying);
    stream.put(a, "first");
    await clock.advance(10_000);
    dying.die();
    start("two");
    await clock.advance(60_000);
    const last = stream.put(a, "second");
    await clock.advance(3000);
    assert.equal(leases.all.get(a)?.checkpoint, last);
    // The first task comes back to itself with the batch that it had.
    dying.revive();
    go();
    await clock.advance(3000);
    assert.deepEqual([leases.all.get(a)?.checkpoint, leases.all.get(a)?.owner], [last, "two"]);
  });

  it("stop reading what they cannot renew, when the table is out of reach for the time of a lease", async () => {
    const worker = start("one");
    await clock.advance(30_000);
    assert.equal(worker.progress().size, 4);
    leases.isDown = true;
    await clock.advance(leaseMilliseconds + 10_000);
    assert.equal(worker.progress().size, 0);
    // Their releases failed too: the leases are still those of the task, which takes them again and reads on.
    leases.isDown = false;
    const [a = ""] = await shards();
    stream.put(a, "after the outage");
    await clock.advance(leaseMilliseconds + 10_000);
    assert.equal(worker.progress().size, 4);
    assert.deepEqual(owners(), ["one", "one", "one", "one"]);
    assert.deepEqual(texts(), ["after the outage"]);
  });

  it("take a shard again whose checkpoint could not be saved, and whose lease could not be released", async () => {
    const [a = ""] = await shards();
    let failures = 2;
    const failing: Leases = {
      ...leases,
      checkpoint: async (lease, at) => {
        if (failures-- > 0) throw new Error("No answer.");
        return leases.checkpoint(lease, at);
      },
      release: async (lease) => {
        if (failures-- > 0) throw new Error("No answer.");
        return leases.release(lease);
      },
    };
    const worker = start("one", noting("one"), failing);
    await clock.advance(10_000);
    const last = stream.put(a, "once more");
    await clock.advance(2000);
    assert.equal(worker.progress().has(a), false);
    await clock.advance(leaseMilliseconds + 10_000);
    assert.equal(worker.progress().has(a), true);
    assert.equal(leases.all.get(a)?.checkpoint, last);
    assert.deepEqual(texts(), ["once more", "once more"]);
  });

  it("take a shard again when the answer to its taking was lost", async () => {
    const [a = ""] = await shards();
    let lost = 0;
    const losing: Leases = {
      ...leases,
      // The client tries again, and finds that the lease has changed.
      take: async (lease, owner) => {
        const taken = await leases.take(lease, owner);
        return lease.shardId === a && lost++ === 0 ? undefined : taken;
      },
    };
    const worker = start("one", noting("one"), losing);
    stream.put(a, "waiting");
    await clock.advance(10_000);
    assert.deepEqual([leases.all.get(a)?.owner, worker.progress().has(a)], ["one", false]);
    await clock.advance(leaseMilliseconds);
    assert.equal(worker.progress().size, 4);
    assert.deepEqual(texts(), ["waiting"]);
  });

  it("read the children of a shard at once that ended while the shards were listed", async () => {
    const [a = ""] = await shards();
    const listing: Stream = {
      ...stream,
      // The answer is that of the moment of the request.
      shards: async () => {
        const listed = await stream.shards();
        if (clock.now() > 0) await clock.wait(3000);
        return listed;
      },
    };
    start("one", noting("one"), leases, listing);
    await clock.advance(60_000);
    const [left, right] = stream.split(a);
    stream.put(left, "left");
    stream.put(right, "right");
    await clock.advance(15_000);
    assert.deepEqual(texts().sort(), ["left", "right"]);
  });

  it("read the children of a split after their parent, and remove its lease when it has left the stream", async () => {
    const [a = ""] = await shards();
    for (let nth = 0; nth < 7; nth++) stream.put(a, `parent${nth}`);
    const [left, right] = stream.split(a);
    stream.put(left, "left");
    stream.put(right, "right");
    start("one");
    await clock.advance(30_000);
    const parents = [0, 1, 2, 3, 4, 5, 6].map((nth) => `parent${nth}`);
    assert.deepEqual(texts().slice(0, 7), parents);
    assert.deepEqual(texts().slice(7).sort(), ["left", "right"]);
    assert.equal(leases.all.get(a)?.checkpoint, ended);
    stream.expire(a);
    await clock.advance(90_000);
    assert.equal(leases.all.has(a), false);
    stream.put(left, "later");
    await clock.advance(2000);
    assert.equal(texts().at(-1), "later");
  });

  it("read the child of a merge after both of its parents, with two tasks and one of them slow", async () => {
    const [a = "", b = ""] = await shards();
    start("one");
    start("two");
    await clock.advance(60_000);
    for (let nth = 0; nth < 5; nth++) {
      stream.put(a, `a${nth}`);
      stream.put(b, `b${nth}`);
    }
    const child = stream.merge(a, b);
    stream.put(child, "child");
    await clock.advance(60_000);
    assert.equal(texts().length, 11);
    assert.equal(texts().at(-1), "child");
  });

  it("do not read a child while one of its parents waits for its store", async () => {
    const [a = "", b = ""] = await shards();
    let open = false;
    const holding: Process = async (records, signal) => {
      while (!open && !signal.aborted) await clock.wait(1000, signal);
      return signal.aborted ? false : noting("one")(records, signal);
    };
    start("one", holding);
    stream.put(a, "a");
    stream.put(stream.merge(a, b), "child");
    await clock.advance(60_000);
    assert.deepEqual(texts(), []);
    open = true;
    await clock.advance(60_000);
    assert.deepEqual(texts(), ["a", "child"]);
  });

  it("go on after an iterator that expired, a throttled read and an error of the service, without loss", async () => {
    const [a = ""] = await shards();
    start("one");
    await clock.advance(10_000);
    stream.failures.push(
      ...["ExpiredIteratorException", "ProvisionedThroughputExceededException", "InternalFailure"],
    );
    for (let nth = 0; nth < 4; nth++) stream.put(a, `a${nth}`);
    await clock.advance(60_000);
    assert.deepEqual(texts(), ["a0", "a1", "a2", "a3"]);
  });

  /** A task that is stopped while it processes a record, and goes on with it at `go`. */
  async function stoppedWithin(shard: string, text: string) {
    let go = (): void => undefined;
    const worker = start("one", async (records, signal) => {
      await new Promise<void>((resume) => (go = resume));
      return noting("one")(records, signal);
    });
    await clock.advance(5000);
    const last = stream.put(shard, text);
    await clock.advance(2000);
    return { last, stopped: worker.stop(), go: () => go() };
  }

  it("finish their batch when they are stopped, save it and release their shards at once", async () => {
    const [a = ""] = await shards();
    const { last, stopped, go } = await stoppedWithin(a, "in progress");
    await clock.advance(1000);
    assert.deepEqual(texts(), []);
    go();
    await stopped;
    assert.deepEqual(texts(), ["in progress"]);
    assert.equal(leases.all.get(a)?.checkpoint, last);
    assert.deepEqual(owners(), [undefined, undefined, undefined, undefined]);
    // Another task need not wait for the time of a lease.
    start("two");
    await clock.advance(1000);
    assert.deepEqual(owners(), ["two", "two", "two", "two"]);
  });

  it("know how far they are behind, also while a store keeps them waiting", async () => {
    const [a = ""] = await shards();
    const worker = start("one", async (_records, signal) => {
      while (!signal.aborted) await clock.wait(1000, signal);
      return false;
    });
    await clock.advance(10_000);
    const behind = () =>
      Math.max(...[...worker.progress().values()].map((one) => one.behindMilliseconds()));
    assert.equal(behind(), 0);
    stream.put(a, "stuck");
    await clock.advance(61_000);
    assert.ok(behind() >= 60_000, `${behind()} ms`);
  });

  const lag = (worker: Worker) => lagOf({ worker, clock, leaseMilliseconds });

  it("are not behind while they keep up, and are by the time since their last read when reads fail", async () => {
    let isDown = false;
    const failing: Stream = {
      ...stream,
      read: async (iterator) => {
        if (isDown) throw new Error("The stream is out of reach.");
        return stream.read(iterator);
      },
    };
    const worker = start("one", noting("one"), leases, failing);
    await clock.advance(30_000);
    assert.deepEqual(lag(worker), { behindMilliseconds: 0, shards: 4 });
    isDown = true;
    await clock.advance(310_000);
    const { behindMilliseconds, shards: read } = lag(worker);
    assert.ok(behindMilliseconds >= 300_000, `${behindMilliseconds} ms`);
    assert.equal(read, 4);
    isDown = false;
    await clock.advance(15_000);
    assert.deepEqual(lag(worker), { behindMilliseconds: 0, shards: 4 });
  });

  it("are behind while they cannot reach the table and read nothing", async () => {
    const worker = start("one");
    await clock.advance(30_000);
    leases.isDown = true;
    await clock.advance(leaseMilliseconds + 300_000);
    const { behindMilliseconds, shards: read } = lag(worker);
    assert.ok(behindMilliseconds >= 290_000, `${behindMilliseconds} ms`);
    assert.equal(read, 0);
  });

  it("are behind by the time that a shard is read by none of them, and not by what others read", async () => {
    const [a = ""] = await shards();
    const refusing: Leases = {
      ...leases,
      take: async (lease, owner) => (lease.shardId === a ? undefined : leases.take(lease, owner)),
    };
    const worker = start("one", noting("one"), refusing);
    await clock.advance(120_000);
    assert.deepEqual([...worker.unread().keys()], [a]);
    assert.equal(lag(worker).behindMilliseconds, 120_000);
    const other = start("two");
    await clock.advance(120_000);
    assert.deepEqual(owners().sort(), ["one", "one", "two", "two"]);
    for (const one of [worker, other]) assert.deepEqual([...one.unread()], []);
    assert.equal(lag(worker).behindMilliseconds, 0);
  });

  it("keep their leases while they finish their batches, however long a lease is", async () => {
    const [a = ""] = await shards();
    const { last, stopped, go } = await stoppedWithin(a, "slow");
    start("two");
    await clock.advance(2 * leaseMilliseconds);
    assert.deepEqual(
      [...leases.all.values()].filter(({ owner }) => owner === "one").map((one) => one.shardId),
      [a],
    );
    go();
    await stopped;
    assert.deepEqual(processed, [{ task: "one", text: "slow" }]);
    assert.equal(leases.all.get(a)?.checkpoint, last);
  });

  it("stop in time with a batch that does not end, and leave it unsaved", async () => {
    const [a = ""] = await shards();
    const worker = start("one", () => new Promise(() => undefined));
    await clock.advance(5000);
    stream.put(a, "stuck");
    await clock.advance(2000);
    let isStopped = false;
    void worker.stop().then(() => (isStopped = true));
    await clock.advance(drainMilliseconds - 1);
    assert.equal(isStopped, false);
    await clock.advance(1);
    assert.equal(isStopped, true);
    assert.equal(leases.all.get(a)?.checkpoint, fromStart);
  });
});

/** Leases of a task that can die: from then on its calls neither arrive nor return. */
function createDying(leases: LeaseDouble) {
  let isDead = false;
  const never = new Promise<never>(() => undefined);
  const alive =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      isDead ? never : call(...args);
  return {
    ...leases,
    list: alive(leases.list),
    create: alive(leases.create),
    take: alive(leases.take),
    renew: alive(leases.renew),
    checkpoint: alive(leases.checkpoint),
    release: alive(leases.release),
    remove: alive(leases.remove),
    die: () => void (isDead = true),
    revive: () => void (isDead = false),
  };
}
