import { get } from "node:http";
import { healthPath } from "./health";

// ECS runs this inside of the container, which has neither a shell nor curl: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
get(
  { host: "127.0.0.1", port: Number(process.env.HEALTH_PORT), path: healthPath, timeout: 4000 },
  (response) => process.exit(response.statusCode === 200 ? 0 : 1),
)
  .on("timeout", () => process.exit(1))
  .on("error", () => process.exit(1));
