import { stems } from "../../components/catalogue";
import { generateLoad } from "../../local/devices/load";
import { evaluateProject, type Engine, type RecordedResource } from "../../local/program";
import { answers } from "../../local/services/invokes";
import { costOf, idleQuantities, priceRegion, type Quantities } from "../../pricing";
import { callsPerThousand } from "./calls";
import { charge, Flow, type Bills, type Message } from "./flow";
import { graphOf, type Graph, type Resource } from "./graph";
import { loadsPerMonth } from "./loads";
import { readProject } from "./project";
import { post } from "./posts";
import { publish } from "./rules";
import { upload } from "./uploads";

/** What one integration, or a part that several share, is billed. Amounts in US dollars. */
export interface Bill {
  of: string;
  /** While no message arrives, per month. */
  idle: { dollars: number; quantities: Quantities };
  /** For a million messages, in addition. */
  perMillion: { dollars: number; quantities: Quantities };
  /** For a million images that cameras upload, in addition. */
  perMillionImages: { dollars: number; quantities: Quantities };
}

/** What a stack is billed. */
export interface Cost {
  /** The stack, such as `stack dev`. */
  of: string;
  region: string;
  bills: Bill[];
  total: { idle: number; perMillion: number; perMillionImages: number };
  /** Resources without a price, which the amounts do not have: `<type> <name>`. */
  unpriced: string[];
  /** For loads into a warehouse in a month in which a device always sends, in addition, in US dollars. */
  loadsPerMonth: number;
}

/** How many messages, and images, are followed through the program; the result is scaled to a million. */
const sampled = 1000;
const million = 1_000_000;

/** The account of a program that is not deployed; AWS uses it in its examples. */
const accountId = "123456789012";

/** Evaluates the program of a stack as at its first preview, and computes what AWS bills for it. */
export async function costOfStack(directory: string, stack: string): Promise<Cost> {
  const { resources } = await evaluateProject(directory, stack, engine);
  return costOfResources(resources, `stack ${stack}`);
}

/** The same of every integration of the catalogue, with the settings of the local stack. */
export async function costOfEverything(directory: string): Promise<Cost> {
  const { name } = readProject(directory);
  const { resources } = await evaluateProject(directory, "local", engine, {
    [`${name}:integrations`]: JSON.stringify(stems),
  });
  return costOfResources(resources, "every integration");
}

const engine: Engine = { invoke: answers({ region: priceRegion, accountId }) };

function costOfResources(resources: readonly RecordedResource[], of: string): Cost {
  const owned = owners(resources);
  const { idle, unpriced } = idleBills(owned);
  const graph = graphOf(owned);
  const flow = new Flow(graph, callsPerThousand);
  const prefix = topicPrefixOf(graph);
  const messages = sampleOf(prefix);
  flow.bill(ingest, { "iot-message": messages.length });
  publish(graph, flow, messages);
  publish(graph, flow, logsOf(prefix));
  post(graph, flow, messages);
  const images = new Flow(graph, callsPerThousand);
  upload(graph, images, sampled);
  const used = (flow: Flow, of: string) => {
    const quantities = scaled(flow.bills.get(of) ?? {}, million / sampled);
    return { dollars: costOf(quantities), quantities };
  };

  const bills = [...new Set([...idle.keys(), ...flow.bills.keys(), ...images.bills.keys()])]
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((of): Bill => {
      const fixed = idle.get(of) ?? {};
      return {
        of,
        idle: { dollars: costOf(fixed), quantities: fixed },
        perMillion: used(flow, of),
        perMillionImages: used(images, of),
      };
    });
  const sum = (part: "idle" | "perMillion" | "perMillionImages") =>
    bills.reduce((total, bill) => total + bill[part].dollars, 0);
  return {
    of,
    region: priceRegion,
    bills,
    total: {
      idle: sum("idle"),
      perMillion: sum("perMillion"),
      perMillionImages: sum("perMillionImages"),
    },
    unpriced,
    loadsPerMonth: costOf(loadsPerMonth(graph)),
  };
}

/** AWS IoT's own price of a message, which all integrations share. */
const ingest: Resource = { type: "", name: "", inputs: {}, owner: "messages of devices" };

/** Shared parts stand before the integrations. */
const rank = (of: string): number => (stems as readonly string[]).indexOf(of);

/** Custom resources, each with the name of the component below the stack that it belongs to. */
function owners(resources: readonly RecordedResource[]): Resource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const ownerOf = (resource: RecordedResource): string => {
    const parent = byUrn.get(resource.parent);
    return parent === undefined || parent.type === "pulumi:pulumi:Stack"
      ? resource.name
      : ownerOf(parent);
  };
  return resources
    .filter(({ custom, remote }) => custom || remote)
    .map((resource) => ({
      type: resource.type,
      name: resource.name,
      inputs: resource.plain,
      owner: ownerOf(resource),
    }));
}

function idleBills(resources: readonly Resource[]): { idle: Bills; unpriced: string[] } {
  const idle: Bills = new Map();
  const unpriced: string[] = [];
  for (const resource of resources) {
    const quantities = idleQuantities(resource.type, resource.inputs);
    if (quantities) charge(idle, resource, quantities);
    else unpriced.push(`${resource.type} ${resource.name}`);
  }
  return { idle, unpriced };
}

/** The prefix of the topics of devices, as the rules read it. */
function topicPrefixOf(graph: Graph): string {
  const [rule] = graph.ofType("aws:iot/topicRule:TopicRule");
  const from = /FROM '([^'+#]+)\/\+\//.exec(String(rule?.inputs["sql"]));
  return from?.[1] ?? "devices";
}

/** Valid readings of ten devices, of which one in twenty is critical, as `npm start` generates them. */
function sampleOf(topicPrefix: string): Message[] {
  const startedAt = 1_795_478_400_000;
  const load = generateLoad({
    devices: 10,
    rate: 1,
    shares: { invalid: 0, duplicate: 0, late: 0, critical: 0.05 },
    seed: 1,
    startedAt,
  });
  return Array.from({ length: sampled }, () => {
    const { deviceId, payload, at } = load.next().value;
    return {
      topic: `${topicPrefix}/${deviceId}/telemetry`,
      payload: Buffer.from(payload),
      receivedAt: startedAt + at,
    };
  });
}

/** As many log messages of the same devices, which only integrations of log messages are billed for. */
const logsOf = (topicPrefix: string): Message[] =>
  sampleOf(topicPrefix).map(({ topic, receivedAt }) => ({
    topic: topic.replace(/telemetry$/, "logs"),
    payload: Buffer.from(
      JSON.stringify({ timestamp: receivedAt, text: "The pump failed again.", language: "en" }),
    ),
    receivedAt,
  }));

const scaled = (quantities: Quantities, factor: number): Quantities =>
  Object.fromEntries(Object.entries(quantities).map(([id, quantity]) => [id, quantity * factor]));
