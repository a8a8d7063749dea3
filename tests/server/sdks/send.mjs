// Sends one message of each kind with an SDK, waits until it says that all are delivered, and prints the errors it met.
//   node send.mjs segment|rudderstack ADDRESS KEY
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [sdk, address, key] = process.argv.slice(2);
const errors = [];

async function segment() {
  const { Analytics } = require("@segment/analytics-node");
  const client = new Analytics({ writeKey: key, host: address, flushAt: 3 });
  client.on("error", (error) => errors.push(String(error.code)));
  client.page({ anonymousId: "a-1", name: "Home", properties: { path: "/" } });
  client.identify({ userId: "u-1", anonymousId: "a-1", traits: { plan: "pro", email: "x@y.example" } });
  client.track({ userId: "u-1", event: "Order Completed", properties: { total: 19.99, items: ["a", "b"] } });
  client.track({ userId: "u-1", event: "Order Completed", properties: { total: 5 }, timestamp: new Date("2026-01-31T10:00:00Z") });
  client.screen({ userId: "u-1", name: "Start" });
  client.group({ userId: "u-1", groupId: "acme", traits: { size: 5 } });
  client.alias({ userId: "u-1", previousId: "a-2" });
  await client.closeAndFlush();
}

async function rudderstack() {
  const Client = require("@rudderstack/rudder-sdk-node");
  const client = new Client(key, { dataPlaneUrl: address, flushAt: 20, gzip: true });
  client.page({ anonymousId: "a-1", name: "Home", properties: { path: "/" } });
  client.identify({ userId: "u-1", anonymousId: "a-1", traits: { plan: "pro", email: "x@y.example" } });
  client.track({ userId: "u-1", event: "Order Completed", properties: { total: 19.99, items: ["a", "b"] } });
  client.track({ userId: "u-1", event: "Order Completed", properties: { total: 5 }, originalTimestamp: new Date("2026-01-31T10:00:00Z") });
  client.screen({ userId: "u-1", name: "Start" });
  client.group({ userId: "u-1", groupId: "acme", traits: { size: 5 } });
  client.alias({ userId: "u-1", previousId: "a-2" });
  await new Promise((resolve) => client.flush((error) => { if (error) errors.push(String(error)); resolve(); }));
}

await (sdk === "segment" ? segment() : rudderstack());
console.log(JSON.stringify(errors));
process.exit(0);
