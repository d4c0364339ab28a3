import {
  BatchDetectDominantLanguageCommand,
  BatchDetectSentimentCommand,
  ComprehendClient,
  DetectPiiEntitiesCommand,
  DetectSentimentCommand,
} from "@aws-sdk/client-comprehend";
import * as assert from "node:assert/strict";
import { createClients, type Clients } from "../../../local/aws/clients";
import { startComprehend, type Comprehend } from "../../../local/doubles/comprehend";
import { python, sharedAccount } from "../../support/account";
import { installMilliseconds } from "../../support/emulator";
import { createRoles } from "../services/world/roles";

describe("The double of Comprehend", function () {
  this.timeout(installMilliseconds);
  let clients: Clients;
  let comprehend: Comprehend;
  let client: ComprehendClient;
  let allow: (...operations: string[]) => Promise<void>;

  before(async () => {
    clients = createClients(await sharedAccount());
    comprehend = await startComprehend({ clients, models: (await python()).models });
    const roles = createRoles(clients);
    const { name, arn } = await roles.role({
      service: "lambda.amazonaws.com",
      sourceArn: "",
      condition: {},
    });
    allow = (...operations) =>
      roles.allow(name, [{ Action: operations.map((one) => `comprehend:${one}`), Resource: "*" }]);
    client = new ComprehendClient({
      endpoint: comprehend.endpointOf(arn),
      region: "eu-central-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "EXAMPLE", secretAccessKey: "EXAMPLE" },
    });
  });
  after(async () => {
    client.destroy();
    await comprehend.stop();
    clients.destroy();
  });
  afterEach(() => {
    comprehend.answer("healthy");
    comprehend.acceptTexts();
  });

  const sentiment = (TextList: string[], LanguageCode = "en") =>
    client.send(new BatchDetectSentimentCommand({ TextList, LanguageCode: LanguageCode as "en" }));
  const refusedAs = (name: string, calling: Promise<unknown>) =>
    assert.rejects(calling, (error: Error) => {
      assert.equal(error.name, name);
      return true;
    });

  it("refuses what the role is not allowed, call by call", async () => {
    await allow("BatchDetectDominantLanguage");
    await refusedAs("AccessDeniedException", sentiment(["fine"]));
    await client.send(new BatchDetectDominantLanguageCommand({ TextList: ["fine"] }));
    await allow("BatchDetectDominantLanguage", "BatchDetectSentiment", "DetectPiiEntities");
  });

  it("answers in the order of the texts, with scores that add up to 1", async () => {
    const { ResultList = [], ErrorList } = await sentiment(["awful", "The valve.", "excellent"]);
    assert.deepEqual(
      ResultList.map(({ Index, Sentiment }) => [Index, Sentiment]),
      [
        [0, "NEGATIVE"],
        [1, "NEUTRAL"],
        [2, "POSITIVE"],
      ],
    );
    for (const { SentimentScore = {} } of ResultList) {
      const { Positive = 0, Negative = 0, Neutral = 0, Mixed = 0 } = SentimentScore;
      assert.equal(Positive + Negative + Neutral + Mixed, 1);
    }
    assert.deepEqual(ErrorList, []);
  });

  it("finds languages, and none in a text without letters", async () => {
    const { ResultList = [] } = await client.send(
      new BatchDetectDominantLanguageCommand({ TextList: ["Der Filter ist verstopft.", "12345"] }),
    );
    assert.deepEqual(
      ResultList.map(({ Languages = [] }) => Languages[0]?.LanguageCode),
      ["de", undefined],
    );
  });

  it("gives the places of personal data in code points", async () => {
    const { Entities } = await client.send(
      new DetectPiiEntitiesCommand({ Text: "🛠 a@b.de, a@b.de", LanguageCode: "en" }),
    );
    assert.deepEqual(
      Entities?.map(({ Type, BeginOffset, EndOffset }) => [Type, BeginOffset, EndOffset]),
      [
        ["EMAIL", 2, 8],
        ["EMAIL", 10, 16],
      ],
    );
  });

  for (const [what, error, call] of [
    ["26 texts", "BatchSizeLimitExceededException", () => sentiment(Array<string>(26).fill("a"))],
    ["5,001 bytes", "TextSizeLimitExceededException", () => sentiment(["é".repeat(2500) + "a"])],
    ["an empty text", "ValidationException", () => sentiment([""])],
    ["no text", "ValidationException", () => sentiment([])],
    ["a language without sentiment", "ValidationException", () => sentiment(["a"], "nl")],
    [
      "personal data in another language",
      "UnsupportedLanguageException",
      () => client.send(new DetectPiiEntitiesCommand({ Text: "a", LanguageCode: "de" })),
    ],
    [
      "a call that it does not have",
      "UnknownOperationException",
      () => client.send(new DetectSentimentCommand({ Text: "a", LanguageCode: "en" })),
    ],
  ] as const)
    it(`refuses ${what}`, () => refusedAs(error, call()));

  it("takes 25 texts of 5,000 bytes each", async () => {
    const { ResultList } = await sentiment(Array<string>(25).fill("é".repeat(2500)));
    assert.equal(ResultList?.length, 25);
  });

  it("has an error in place of a result, or refuses a call, as a test says", async () => {
    comprehend.failText("one");
    const { ResultList = [], ErrorList = [] } = await sentiment(["one", "two"]);
    assert.deepEqual([ResultList.map(({ Index }) => Index), ErrorList[0]?.Index], [[1], 0]);
    comprehend.refuseText("two");
    await refusedAs("InvalidRequestException", sentiment(["one", "two"]));
    comprehend.answer("throttled");
    await refusedAs("ThrottlingException", sentiment(["three"]));
    comprehend.answer("broken");
    await refusedAs("InternalServerException", sentiment(["three"]));
    assert.deepEqual(comprehend.calls().slice(-2), [
      { operation: "BatchDetectSentiment", texts: 1, error: "ThrottlingException" },
      { operation: "BatchDetectSentiment", texts: 1, error: "InternalServerException" },
    ]);
  });
});
