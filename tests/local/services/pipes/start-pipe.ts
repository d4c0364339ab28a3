import { startPipe, type Pipe } from "../../../../local/services/pipes/pipe";
import type { PipeInputs } from "../../../../local/services/pipes/pipe-inputs";
import { next, stoppedAfterEach, type Statement, type World } from "../world";

export type Started = Pipe & { name: string; role: string };

/** For use in `describe`: starts pipes, each with a role of its own that may do what `allow` says. */
export function pipeStarter(
  world: () => World,
): (
  allow: Statement[],
  inputs: Omit<PipeInputs, "name" | "roleArn">,
  trustFor?: (pipeArn: string) => string,
) => Promise<Started> {
  const keep = stoppedAfterEach<Pipe>();
  return async (allow, inputs, trustFor = (pipeArn) => pipeArn) => {
    const current = world();
    const { clients, trace } = current;
    const { region, accountId } = clients.account;
    const name = next("pipe");
    const sourceArn = trustFor(`arn:aws:pipes:${region}:${accountId}:pipe/${name}`);
    const role = await current.role({ service: "pipes.amazonaws.com", sourceArn }, allow);
    const pipe = await startPipe({
      clients,
      trace,
      inputs: { name, roleArn: role.arn, ...inputs },
      retryDelayMilliseconds: 1,
    });
    return { ...keep(pipe), name, role: role.name };
  };
}
