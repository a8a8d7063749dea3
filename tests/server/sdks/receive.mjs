// Receives webhooks and checks each with the library of Standard Webhooks. Prints its port, then a line for each message: what it says, or why it is refused.
//   node receive.mjs SECRET
import { createRequire } from "node:module";
import { createServer } from "node:http";

const require = createRequire(import.meta.url);
const { Webhook } = require("standardwebhooks");
const webhook = new Webhook(process.argv[2]);

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    try {
      const said = webhook.verify(Buffer.concat(parts).toString("utf8"), request.headers);
      response.writeHead(204).end();
      console.log(JSON.stringify({ type: said.type, contacts: said.data.changes.map((change) => change.contact) }));
    } catch (fault) {
      response.writeHead(400).end();
      console.log(JSON.stringify({ refused: String(fault.message) }));
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
