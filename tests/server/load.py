"""Figures of the running server, for people: what it takes in, what an acknowledgement costs, and its memory under 5,000 slow connections. No test.

    python3 tests/server/load.py BUILD_DIR [SECONDS]
"""

import http.client
import json
import os
import platform
import socket
import sys
import threading
import time
from pathlib import Path

from served import SECONDS_MAX, Served

CLIENTS = 16
SLOW = 5_000


def rss_mib(served, name):
    for line in Path(f"/proc/{served.process.pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0


def run(served, seconds, events, clients=CLIENTS):
    """(events a second, sorted milliseconds of each request) of clients that each wait for their answer."""
    times, numbers = [], [0]
    until = time.monotonic() + seconds
    lock = threading.Lock()

    def send(client):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=SECONDS_MAX)
        mine, sent = [], 0
        while time.monotonic() < until:
            batch = [{"type": "track", "userId": f"u{(sent + i) % 5000}", "event": "seen", "messageId": f"{id(times)}-{client}-{sent + i}", "properties": {"n": i}} for i in range(events)]
            began = time.perf_counter()
            answer = served.on(connection, "POST", "/v1/batch", {"batch": batch}, key="write")
            mine.append((time.perf_counter() - began) * 1000)
            assert answer.status == 200, answer.body
            sent += events
        with lock:
            times.extend(mine)
            numbers[0] += sent

    threads = [threading.Thread(target=send, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return numbers[0] / seconds, sorted(times)


def report(what, result):
    rate, times = result
    print(f"{what:44} {rate:9.0f} events/s   p50 {times[len(times) // 2]:7.2f} ms   p99 {times[int(len(times) * 0.99)]:7.2f} ms   {len(times)} requests")


def main():
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3
    served = Served(str(Path(sys.argv[1]).resolve() / "wanamaker"), now=None)
    print(f"{platform.machine()}, {os.cpu_count()} cores; clients and server on one machine, clients in Python")
    try:
        served.stop()
        served.start("--log", "errors")
        report("1 client, 1 event", run(served, seconds, 1, clients=1))
        report(f"{CLIENTS} clients, 1 event", run(served, seconds, 1))
        report(f"{CLIENTS} clients, 100 events", run(served, seconds, 100))
        print(f"resident {rss_mib(served, 'VmRSS'):.0f} MiB")
        slow = []
        for _ in range(SLOW):
            stream = socket.create_connection(("127.0.0.1", served.port), timeout=SECONDS_MAX)
            stream.sendall(b"POST /v1/track HTTP/1.1\r\nHost: a\r\nContent-Le")
            slow.append(stream)
        report(f"the same with {SLOW} slow connections, 1 event", run(served, seconds, 1))
        print(f"resident {rss_mib(served, 'VmRSS'):.0f} MiB, peak {rss_mib(served, 'VmHWM'):.0f} MiB; {json.dumps(served.call('GET', '/readyz').json)}")
    finally:
        served.close()


if __name__ == "__main__":
    main()
