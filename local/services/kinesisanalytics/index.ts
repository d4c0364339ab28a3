import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

const application: Provisioner = async (resource, { clients, notHonoured }) => {
  const { name } = inputsOf<aws.kinesisanalyticsv2.ApplicationArgs, "name">(resource, "name");
  notHonoured(
    "Applications of Apache Flink do not run here: the engine flink averages nothing, and its readings stay in their stream.",
  );
  const { region, accountId } = clients.account;
  const arn = `arn:aws:kinesisanalytics:${region}:${accountId}:application/${name}`;
  return { id: arn, state: { ...resource.plain, arn } };
};

export const provisioners: Provisioners = {
  "aws:kinesisanalyticsv2/application:Application": application,
};
