/** A person or a group that may use a resource, with the actions that it may call. */
export interface Grant {
  principal: string;
  actions: string[];
}

/**
 * The permissions of a reader, by resource. Quick Sight accepts only these sets and those of an owner.
 * @see https://docs.aws.amazon.com/quicksight/latest/developerguide/share-dashboard.html
 * @see https://docs.aws.amazon.com/quicksight/latest/APIReference/API_ResourcePermission.html
 */
const readerActions = {
  dashboard: ["DescribeDashboard", "ListDashboardVersions", "QueryDashboard"],
  dataset: [
    "DescribeDataSet",
    "DescribeDataSetPermissions",
    "DescribeIngestion",
    "ListIngestions",
    "PassDataSet",
  ],
  datasource: ["DescribeDataSource", "DescribeDataSourcePermissions", "PassDataSource"],
};

export const readerOf = (kind: keyof typeof readerActions, principal: string): Grant => ({
  principal,
  actions: readerActions[kind].map((action) => `quicksight:${action}`),
});
