import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { checkRole } from "../../../aws/role-permissions";
import { resourceOf } from "../arns";
import { isObject, parseJson } from "../json";
import { hideTime } from "./event-time";
import { parameter, prepare, type Caller, type Entry, type Target } from "./target";

export interface BusParameters {
  source: string;
  detailType: string;
  resources?: string[];
  /** A path to a date. */
  time?: string;
}

/** The most entries of PutEvents. */
const most = 10;

/**
 * Puts events as the caller's role. The emulator does not know the conditions `events:source` and `events:detail-type`, so the role's
 * policies are evaluated here.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function eventBus(caller: Caller, busArn: string, parameters: BusParameters): Target {
  const { clients, roleArn } = caller;
  const source = parameter(parameters.source);
  const detailType = parameter(parameters.detailType);
  const resources = (parameters.resources ?? []).map(parameter);
  const time = parameters.time === undefined ? undefined : parameter(parameters.time);
  const busName = resourceOf(busArn).replace("event-bus/", "");

  const entryOf = ({ text, event }: Entry) => {
    if (!isObject(parseJson(text))) throw new Error(`The detail of an event is no object: ${text}`);
    return {
      EventBusName: busName,
      Source: source(event),
      DetailType: detailType(event),
      Detail: text,
      Resources: hideTime(
        resources.map((read) => read(event)),
        time && dateOf(time(event)),
      ),
    };
  };

  return {
    most,
    async send(entries) {
      const { ready, failures } = prepare(entries, entryOf);
      if (ready.length === 0) return failures;
      await caller.credentials();
      const asked = new Set(
        ready.map(({ made }) => JSON.stringify([made.Source, made.DetailType])),
      );
      for (const pair of asked) {
        const [eventSource, eventDetailType] = JSON.parse(pair) as [string, string];
        const context = { "events:source": eventSource, "events:detail-type": eventDetailType };
        await checkRole(clients, {
          roleArn,
          action: "events:PutEvents",
          resource: busArn,
          context,
        });
      }
      const answer = await clients
        .get(EventBridgeClient)
        .send(new PutEventsCommand({ Entries: ready.map(({ made }) => made) }));
      const refused = (answer.Entries ?? []).flatMap(({ ErrorCode, ErrorMessage }, index) =>
        ErrorCode
          ? { index: ready[index]?.index ?? index, reason: `${ErrorCode}: ${ErrorMessage ?? ""}` }
          : [],
      );
      return [...failures, ...refused];
    },
  };
}

function dateOf(text: string): Date {
  const date = new Date(/^\d+$/.test(text) ? Number(text) : text);
  if (Number.isNaN(date.getTime())) throw new Error(`'${text}' is no time of an event.`);
  return date;
}
