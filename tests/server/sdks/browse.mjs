// A page in headless Chromium, of another origin than the server, sends one message of each kind with @segment/analytics-next, once each by itself and once in batches; prints the
// errors that page, console and network met. It reaches nothing but this machine.
//   node browse.mjs CHROMIUM ADDRESS KEY STRATEGY (single or batching)
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const [chromium, address, key, strategy] = process.argv.slice(2);
const scripts = join(dirname(require.resolve("@segment/analytics-next/package.json")), "dist", "umd");

async function answer(request, response) {
  if (request.url === "/") return response.setHeader("Content-Type", "text/html").end('<!doctype html><title>Shop</title><script src="/index.js"></script>');
  try {
    response.setHeader("Content-Type", "text/javascript").end(await readFile(join(scripts, basename(request.url))));
  } catch {
    response.writeHead(404).end();
  }
}

// Runs in the page.
async function send(address, key, strategy) {
  const batching = { "Segment.io": { deliveryStrategy: { strategy: "batching", config: { size: 3, timeout: 50 } } } };
  const [analytics] = await window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: address }, strategy === "batching" ? { integrations: batching } : {});
  analytics.setAnonymousId("a-1");
  const delivered = [];
  const sends = [
    () => analytics.page("Home", { path: "/" }),
    () => analytics.identify("u-1", { plan: "pro", email: "x@y.example" }),
    () => analytics.track("Order Completed", { total: 19.99, items: ["a", "b"] }),
    () => analytics.track("Order Completed", { total: 5 }, { timestamp: new Date("2026-01-31T10:00:00Z") }),
    () => analytics.screen("Start"),
    () => analytics.group("acme", { size: 5 }),
    () => analytics.alias("u-1", "a-2"),
  ];
  for (const one of sends) delivered.push(await one());
  return delivered.filter((context) => context.failedDelivery() !== undefined).map((context) => `not delivered: ${context.event.type}`);
}

const site = createServer(answer);
await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
const browser = await require("puppeteer-core").launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"],
});
const errors = [];
const answered = [];
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => errors.push(`page: ${error.message}`));
  page.on("console", (message) => { if (message.type() === "error" && !message.location().url?.endsWith("favicon.ico")) errors.push(`console: ${message.text()}`); });
  page.on("requestfailed", (request) => errors.push(`${request.method()} ${request.url()}: ${request.failure().errorText}`));
  page.on("response", (response) => { if (response.url().startsWith(address) && response.request().method() === "POST") answered.push(response.status()); });
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  errors.push(...await page.evaluate(send, address, key, strategy));
  await page.waitForNetworkIdle();
  if (answered.length === 0 || answered.some((status) => status !== 200)) errors.push(`answers: ${answered}`);
} finally {
  await browser.close();
  site.close();
}
console.log(JSON.stringify(errors));
