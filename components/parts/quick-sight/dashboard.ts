import { averageOf, maximumOf, measuredFields } from "../../../reading/lake";
import { definition } from "../../../reading/fields";
import type { Definition } from "../../../reading/definition";

/** The name of the data set within the definition of a dashboard. */
export const dataSetIdentifier = "readings";

const column = (ColumnName: string) => ({ DataSetIdentifier: dataSetIdentifier, ColumnName });

/**
 * The sheet of the dashboard: for each numeric field, its hourly average and its hourly maximum over time, one line per device. The keys
 * are those of the API, which CloudFormation uses unchanged.
 * @see https://docs.aws.amazon.com/quicksight/latest/APIReference/API_DashboardVersionDefinition.html
 */
export const sheetOf = (of: Definition = definition) => ({
  SheetId: "hourly",
  Name: "Hourly values per device",
  Visuals: measuredFields(of).flatMap((field) => [
    lineChart(averageOf(field), `Average ${titleOf(field, of)}`, "AVERAGE"),
    lineChart(maximumOf(field), `Maximum ${titleOf(field, of)}`, "MAX"),
  ]),
});

const titleOf = (field: string, { fields }: Definition): string => {
  const declared = fields[field];
  const { unit, label = field } = (declared ?? {}) as { unit?: string; label?: string };
  return unit === undefined ? label : `${label} (${unit})`;
};

/** A chart with one value per device: Quick Sight allows one value when lines are told apart by colour. */
const lineChart = (name: string, title: string, aggregation: "AVERAGE" | "MAX") => ({
  LineChartVisual: {
    VisualId: name,
    Title: { Visibility: "VISIBLE", FormatText: { PlainText: title } },
    ChartConfiguration: {
      Type: "LINE",
      FieldWells: {
        LineChartAggregatedFieldWells: {
          Category: [
            {
              DateDimensionField: {
                FieldId: `${name}.hour`,
                Column: column("hour"),
                DateGranularity: "HOUR",
              },
            },
          ],
          Values: [
            {
              NumericalMeasureField: {
                FieldId: `${name}.value`,
                Column: column(name),
                AggregationFunction: { SimpleNumericalAggregation: aggregation },
              },
            },
          ],
          Colors: [
            {
              CategoricalDimensionField: {
                FieldId: `${name}.device`,
                Column: column("deviceid"),
              },
            },
          ],
        },
      },
    },
  },
});
