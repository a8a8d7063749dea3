"""A receiver of webhooks on a free port of the loopback. It checks each signature by itself, with the standard library alone, and answers what it is told to."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from served import SECONDS_MAX


def signature_of(secret, message_id, timestamp, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()).decode()


class Receiver:
    """`answers`: statuses of the next messages, the last one for all that follow; a function gives one for a message."""

    def __init__(self):
        self.messages, self.answers, self.headers, self.changed = [], [204], {}, threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(self.headers, body)
                if status is None:  # as one that breaks down
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # who is killed breaks off
        self.address = f"http://127.0.0.1:{self.server.server_port}/changes"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, headers, body):
        message = {"id": headers["webhook-id"], "sent_at": headers["webhook-timestamp"], "signatures": headers["webhook-signature"].split(), "body": body, **json.loads(body)}
        with self.changed:
            status = self.answers[0]
            if len(self.answers) > 1:
                self.answers.pop(0)
            message["status"] = status
            self.messages.append(message)
            self.changed.notify_all()
        return status

    def wait_for(self, is_there):
        """The messages, once it is true of them."""
        with self.changed:
            if not self.changed.wait_for(lambda: is_there(self.messages), SECONDS_MAX):
                raise AssertionError(f"it did not come; there are {[message['data'] for message in self.messages][-3:]}")
            return list(self.messages)

    def numbers(self, status=204):
        """Of the changes that were taken, in their order of coming."""
        with self.changed:
            return [change["number"] for message in self.messages if message["status"] == status for change in message["data"]["changes"]]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
