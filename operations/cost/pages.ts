import * as fs from "node:fs";
import * as path from "node:path";
import { stems } from "../../components/catalogue";
import { costOf, prices, type PriceId, type Quantities } from "../../pricing";
import { formatted, withBlock } from "../generated-block";
import { costOfEverything, type Bill, type Cost } from "./cost";
import { readProject } from "./project";
import { assumptions, dollars, imagesExtra, loadsExtra } from "./report";

const directory = path.join(__dirname, "../..");

/** A page with a generated block: as it is, and as it has to be. */
export interface Page {
  file: string;
  text: string;
  renewed: string;
}

/** The pages that quote figures of `npm run cost -- --everything`. */
export async function pages(): Promise<Page[]> {
  const cost = await costOfEverything(directory);
  const blocks: [file: string, block: string][] = [
    ["README.md", sentences(cost)],
    ["docs/deploying.md", table(cost)],
    ...stems.map((stem): [string, string] => [
      `docs/integrations/${stem}.md`,
      breakdown(cost, stem),
    ]),
  ];
  return Promise.all(
    blocks.map(async ([file, block]) => {
      const text = fs.readFileSync(path.join(directory, file), "utf8");
      return { file, text, renewed: await formatted(withBlock(file, text, "cost", block)) };
    }),
  );
}

function sentences(cost: Cost): string {
  const { bills, total } = cost;
  const { defaultIntegrations: names } = readProject(directory);
  const parts = bills.filter(({ of }) => names.includes(of) || !isIntegration(of));
  const sum = (some: readonly Bill[], amount: (bill: Bill) => number): string =>
    dollars(some.reduce((sofar, bill) => sofar + amount(bill), 0));
  const used = (bill: Bill) => bill.perMillion.dollars - textMessages(bill);
  return [
    `The default set (${names.join(", ")}) costs about ${sum(parts, ({ idle }) => idle.dollars)} US dollars a month while idle and ${sum(parts, used)} per million messages;`,
    `every integration together, ${dollars(total.idle)} and ${sum(bills, used)}. Text messages are extra.`,
    ...loadsExtra(cost),
  ].join(" ");
}

const textMessages = ({ perMillion }: Bill): number =>
  costOf({ "topic-sms": perMillion.quantities["topic-sms"] ?? 0 });

const isIntegration = (of: string): boolean => (stems as readonly string[]).includes(of);

function table(cost: Cost): string {
  const { bills, total, region } = cost;
  const row = (of: string, idle: number, perMillion: number, texts: number) =>
    `| ${of} | ${dollars(idle)} | ${dollars(perMillion)} | ${texts > 0 ? dollars(texts) : ""} |`;
  return [
    "| part | idle, USD a month | USD per million messages | of these, text messages |",
    "| --- | ---: | ---: | ---: |",
    ...bills.map((bill) =>
      row(bill.of, bill.idle.dollars, bill.perMillion.dollars, textMessages(bill)),
    ),
    row(
      "**total**",
      total.idle,
      total.perMillion,
      bills.reduce((sum, bill) => sum + textMessages(bill), 0),
    ),
    "",
    [...imagesExtra(cost), ...loadsExtra(cost), assumptions(region)].join(" "),
  ].join("\n");
}

function breakdown({ bills, region }: Cost, stem: string): string {
  const bill = bills.find(({ of }) => of === stem);
  if (!bill) throw new Error(`${stem} has no bill: npm run cost does not know its resources.`);
  const { idle, perMillion, perMillionImages: images } = bill;
  const used = [
    `per million messages of devices, ${dollars(perMillion.dollars)}`,
    ...(images.dollars > 0 ? [`per million images, ${dollars(images.dollars)}`] : []),
  ].join("; ");
  return [
    `While idle, ${dollars(idle.dollars)} US dollars a month; ${used}. Parts that integrations share are extra ([all figures](../deploying.md#cost)).`,
    "",
    "| billed | quantity | USD |",
    "| --- | ---: | ---: |",
    ...rows("a month while idle", idle.quantities),
    ...rows("per million messages", perMillion.quantities),
    ...rows("per million images", images.quantities),
    "",
    assumptions(region),
  ].join("\n");
}

/** In the order of the prices: resources register in an order of their own at each run. */
function rows(period: string, quantities: Quantities): string[] {
  return (Object.keys(prices) as PriceId[])
    .map((id) => [id, quantities[id] ?? 0] as const)
    .filter(([, quantity]) => quantity > 0)
    .map(([id, quantity]) => {
      const { per, page } = prices[id];
      const amount = quantity.toLocaleString("en", { maximumFractionDigits: 0 });
      const unit = per.replace(/^(million|gigabyte) /, "");
      return `| [${unit}](${page}), ${period} | ${amount} | ${dollars(costOf({ [id]: quantity }))} |`;
    });
}

async function renew(): Promise<void> {
  for (const { file, renewed } of await pages())
    fs.writeFileSync(path.join(directory, file), renewed);
}

if (require.main === module) void renew();
