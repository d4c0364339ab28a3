import { LambdaConsumer } from "../../components/parts/lambda-consumer";
import { Alarms } from "../../components";
import { factories } from "../components/parts/unserialisable";

// A program with a callback that lint would refuse.
new LambdaConsumer<unknown, unknown>("demo", {
  description: "Fails to serialise.",
  source: { statements: [], connect: () => undefined },
  callbackFactory: () => (factories.client as NonNullable<typeof factories.client>)(),
  environment: {},
  statements: [],
  alarms: new Alarms("alarms", { emails: [] }),
});
