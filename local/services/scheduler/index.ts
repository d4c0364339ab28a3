import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

const arnOf = (
  { account: { region, accountId } }: { account: { region: string; accountId: string } },
  resource: string,
): string => `arn:aws:scheduler:${region}:${accountId}:${resource}`;

const scheduleGroup: Provisioner = async (resource, { clients }) => {
  const { name } = inputsOf<aws.scheduler.ScheduleGroupArgs, "name">(resource, "name");
  return {
    id: name,
    state: { ...resource.plain, arn: arnOf(clients, `schedule-group/${name}`) },
  };
};

const schedule: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.scheduler.ScheduleArgs, "name">(resource, "name");
  const { name, groupName = "default" } = inputs;
  notHonoured("Schedules of EventBridge Scheduler do not run here.");
  return {
    id: `${groupName}/${name}`,
    state: { ...resource.plain, arn: arnOf(clients, `schedule/${groupName}/${name}`) },
  };
};

export const provisioners: Provisioners = {
  "aws:scheduler/schedule:Schedule": schedule,
  "aws:scheduler/scheduleGroup:ScheduleGroup": scheduleGroup,
};
