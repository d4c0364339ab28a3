// Keeps the hottest reading of each device. The AWS SDK is part of Lambda's runtime.
const { DynamoDBClient, UpdateItemCommand } = require("@aws-sdk/client-dynamodb");

const dynamodb = new DynamoDBClient();

exports.handler = async ({ deviceId, temperature }) => {
  const update = new UpdateItemCommand({
    TableName: process.env.TABLE,
    Key: { deviceId: { S: deviceId } },
    UpdateExpression: "SET hottest = :now",
    ConditionExpression: "attribute_not_exists(hottest) OR hottest < :now",
    ExpressionAttributeValues: { ":now": { N: String(temperature) } },
  });
  try {
    await dynamodb.send(update);
  } catch (error) {
    if (error.name !== "ConditionalCheckFailedException") throw error;
  }
};
