import * as assert from "node:assert/strict";
import { IotToQuicksight } from "../../../components/iot-to-quicksight";
import { sheetOf } from "../../../components/parts/quick-sight/dashboard";
import { definition as vehicle } from "../../../examples/vehicle/fields";
import { createCheck, type Check } from "../../../local/aws/referee";
import { completed } from "../../components/support";
import { account, deploy, document, region, type Made } from "../../support/deploy";
import { botocoreData } from "./botocore";

const group = `arn:aws:quicksight:${region}:${account}:group/default/fleet`;

describe("What the program creates in Quick Sight, by the published API", () => {
  let check: Check;
  let made: Made;
  before(async () => {
    check = createCheck({ botocoreData });
    made = await deploy(() =>
      completed(
        (given) => new IotToQuicksight("iot-to-quicksight", { ...given, principal: group }),
      ),
    );
  });
  const asked = (operation: string, input: unknown): string[] =>
    check("QuickSight", operation, input);

  it("is a dashboard that CreateDashboard accepts, of the fields of a vehicle too", () => {
    const { desiredState } = made.only("aws:cloudcontrol/resource:Resource");
    const state = document(desiredState);
    assert.deepEqual(asked("CreateDashboard", state), []);
    const Definition = { ...(state.Definition as object), Sheets: [sheetOf(vehicle)] };
    assert.deepEqual(asked("CreateDashboard", { ...state, Definition }), []);
    const wrong = { ...state, Definition: { ...Definition, Sheets: [{ Name: "no id" }] } };
    assert.notDeepEqual(asked("CreateDashboard", wrong), []);
  });

  it("are refresh schedules that CreateRefreshSchedule accepts", () => {
    const schedules = [...made.all("aws:quicksight/refreshSchedule:RefreshSchedule").values()];
    assert.equal(schedules.length, 2);
    for (const { dataSetId, scheduleId, schedule } of schedules) {
      const { refreshType, scheduleFrequency } = schedule as {
        refreshType: string;
        scheduleFrequency: { interval: string; timeOfTheDay?: string; timezone?: string };
      };
      const { interval, timeOfTheDay, timezone } = scheduleFrequency;
      assert.deepEqual(
        asked("CreateRefreshSchedule", {
          AwsAccountId: account,
          DataSetId: dataSetId,
          Schedule: {
            ScheduleId: scheduleId,
            RefreshType: refreshType,
            ScheduleFrequency: {
              Interval: interval,
              TimeOfTheDay: timeOfTheDay,
              Timezone: timezone,
            },
          },
        }),
        [],
      );
    }
  });

  it("is a data set whose query and columns CreateDataSet accepts", () => {
    const inputs = made.only("aws:quicksight/dataSet:DataSet");
    const [{ customSql }] = inputs.physicalTableMaps as [
      {
        customSql: {
          dataSourceArn: string;
          name: string;
          sqlQuery: string;
          columns: { name: string; type: string }[];
        };
      },
    ];
    const { dataSourceArn, name, sqlQuery, columns } = customSql;
    assert.deepEqual(
      asked("CreateDataSet", {
        AwsAccountId: account,
        DataSetId: inputs.dataSetId,
        Name: inputs.name,
        ImportMode: inputs.importMode,
        PhysicalTableMap: {
          hourly: {
            CustomSql: {
              DataSourceArn: dataSourceArn,
              Name: name,
              SqlQuery: sqlQuery,
              Columns: columns.map((column) => ({ Name: column.name, Type: column.type })),
            },
          },
        },
      }),
      [],
    );
  });
});
