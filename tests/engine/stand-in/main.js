require("ts-node/register/transpile-only");
require("./provider.ts");
