import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as path from "node:path";
import { readStackOutputs } from "../operations/stack-outputs";
import { startAudit } from "./audit/audit";
import { countReasons } from "./audit/reasons";
import { createReferee } from "./aws/referee";
import type { Request } from "./command-line";
import { deployProgram } from "./deployment";
import { startPlatform } from "./platform";
import { imageName, imageReference } from "../operations/sinks/camera-to-rekognition";
import { addCamera, cameraIds, generateShots, imagesFor, uploadAll } from "./devices/cameras";
import { chooseLoad } from "./devices/choose-load";
import { connectFleet } from "./devices/fleet";
import { publishAll } from "./devices/publish";
import { admitVisitor } from "./devices/visitor";
import { acquireLock } from "./emulator/lock";
import { prepare } from "./emulator/python";
import { writeEnvironment } from "./environment-file";
import { lambdaNode } from "./lambda-node";
import { showLive } from "./report/live";
import { reportOpening } from "./report/opening";
import { createPressure } from "./devices/pressure";
import type { Progress } from "./report/progress";
import { renderReasons } from "./report/reasons";
import type { Session } from "./session";
import { readRegion } from "./stack-config";
import { patienceSeconds, waitUntilStill } from "./stillness";

/** The runtime exports it, its type declarations do not. */
const { leakedPromises } = debuggable as unknown as { leakedPromises: () => unknown };

/** Runs the steps and returns the exit code. What a step opens is closed in reverse order, however the run ends. */
export async function run(request: Request, session: Session, progress: Progress): Promise<number> {
  const { step, note, say } = progress;
  const { stopping, opened } = session;
  const directory = process.cwd();
  const lock = acquireLock(directory);
  opened(() => lock.release());
  // Clears the promises of an interrupted deployment, which Pulumi would report as leaked.
  opened(() => void leakedPromises());

  const program = request.project === undefined ? undefined : path.resolve(request.project);
  const region = readRegion(program ?? directory, request.stack);
  const load = await step("load prepared", () => chooseLoad(request, Date.now()));
  const python = await step("Python environment ready", () =>
    prepare({ directory, progress: note, signal: stopping }),
  );
  await step("Lambda's Node.js ready", () => lambdaNode({ directory, progress: note }));
  const platform = await step("emulator and IoT Core ready", () =>
    startPlatform({
      directory,
      python,
      region,
      mqttPort: request.mqttPort,
      middleware: [createReferee({ botocoreData: python.models })],
      onStart: (processGroup) => {
        session.owns(processGroup);
        lock.owns(processGroup);
      },
    }),
  );
  opened(() => platform.stop());
  void platform.emulator.ended.then((how) => session.fail(new Error(how)));

  const deployment = await step("program deployed", () =>
    deployProgram({ ...platform, program }, request.stack, undefined, stopping),
  );
  opened(() => deployment.stop());
  const outputs = readStackOutputs(deployment.outputs);
  const { devicePolicyName: policyName, topicPrefix } = outputs;
  const { iotCore, trace } = platform;
  const fleet = await step("devices connected", () =>
    connectFleet({
      ...{ iotCore, trace, policyName, topicPrefix },
      deviceIds: load.deviceIds,
      onRefused: session.fail,
    }),
  );
  opened(() => fleet.disconnect());
  // A recording has no images.
  const hasCameras = outputs.of["camera-to-rekognition"] !== undefined && !request.replay;
  const cameras = await Promise.all(
    hasCameras ? cameraIds.map((id) => addCamera(platform, outputs, id)) : [],
  );
  const audit = await startAudit({ platform, deployment, outputs, fleet });
  opened(() => audit.close());
  const environment = writeEnvironment({
    ...{ directory, platform, outputs: deployment.outputs },
    frontsCa: deployment.distributions.ca,
  });
  opened(() => environment.remove());
  say(`Ready after ${(performance.now() / 1000).toFixed(1)} s.`);
  const { differences } = request;
  reportOpening(progress, { platform, deployment, environment, differences });
  if (!request.once) {
    const folder = path.join(directory, ".local", "visitor");
    const visitor = await admitVisitor({ iotCore, folder, policyName, topicPrefix });
    opened(() => visitor.leave());
    say(`A client of your own may publish too: ${visitor.command}`);
  }
  if (load.summary.length > 0) say("How the recording is read:");
  for (const line of load.summary) say(line);
  say(`Publishing ${load.described}.`);
  if (hasCameras) say(`Uploading images of ${cameras.length} cameras.`);

  const reasons = countReasons({ account: platform.emulator.account, outputs });
  const live = showLive({
    out: process.stdout,
    count: () => audit.soFar(),
    further: async () => [
      ...audit.rulesSoFar(),
      ...audit.notCounted(),
      ...renderReasons(await reasons(), false),
    ],
  });
  opened(() => live.stop());
  const publishing = performance.now();
  const images = imagesFor(request.messages, request.rate);
  await Promise.all([
    publishAll({
      fleet,
      messages: (audit.channels.has("logs") && load.withLogs) || load.messages,
      most: request.messages,
      onPublished: audit.published,
      isHeldBack: createPressure({
        waiting: () => deployment.fullestQueue(),
        patienceMilliseconds: patienceSeconds(deployment.resources) * 1000,
      }),
      stopping,
    }),
    uploadAll({
      cameras,
      shots: generateShots(request.seed),
      ...{ ...images, most: hasCameras ? images.most : 0 },
      onUploaded: ({ deviceId, kind, ...image }) =>
        audit.published({
          ...{ deviceId, kind, channel: "images", id: imageName(image) },
          payload: imageReference(image),
        }),
      stopping,
    }),
  ]);
  if (stopping.aborted) return endedFromOutside();
  if (!request.once) {
    say("Everything is published; Ctrl-C ends the run.");
    return endedFromOutside();
  }
  if (!(await waitUntilStill({ deployment, fleet, trace })))
    say(
      `Nothing has moved for ${patienceSeconds(deployment.resources)} s; the audit shows the state as it is.`,
    );
  const seconds = (performance.now() - publishing) / 1000;
  const { rows, sentences, passed } = await audit.conclude();
  const lastReasons = await countReasons({ account: platform.emulator.account, outputs })();
  if (rows.length > 0) live.finish(rows, renderReasons(lastReasons, true));
  else live.stop();
  for (const sentence of sentences) say(sentence);
  say(`From the first publish to the last sink: ${seconds.toFixed(1)} s.`);
  return passed ? 0 : 1;
}

/** An interruption or a failure ends the run from outside, through the session. */
const endedFromOutside = (): Promise<never> => new Promise(() => undefined);
