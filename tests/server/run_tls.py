"""The server through TLS: with a certificate that the program openssl makes, on any address, and with nothing answered in the clear.

    python3 tests/server/run_tls.py BUILD_DIR [WORD ...]      only the tests whose name holds a word
"""

import http.client
import json
import socket
import ssl
import subprocess
import sys

from checks import run, same
from served import SECONDS_MAX


def make_certificate(folder, name="server"):
    """(certificate, key): for localhost, signed by itself."""
    files = str(folder / f"{name}.crt"), str(folder / f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", files[0], "-keyout", files[1]],
                   check=True, capture_output=True)
    return files


def begin(s, *options):
    certificate, key = make_certificate(s.folder)
    s.stop()
    s.start("--tls-cert", certificate, "--tls-key", key, *options)
    return ssl.create_default_context(cafile=certificate)


def connect(s, context):
    return http.client.HTTPSConnection("localhost", s.port, timeout=SECONDS_MAX, context=context)


def ask(s, context, method, path, body=None, key="admin"):
    connection = connect(s, context)
    try:
        return s.on(connection, method, path, body, key)
    finally:
        connection.close()


def all_goes_through_it(s):
    """Answers small and large, bodies, many on one connection, pieces, refusals."""
    context = begin(s)
    same("health", ask(s, context, "GET", "/livez", key=None).json, {"alive": True})
    same("with a body", ask(s, context, "POST", "/v1/track", {"userId": "u1", "event": "e"}, "write").json, {"success": True})
    same("a large one", ask(s, context, "POST", "/v1/batch", {"batch": [], "x": "y" * 450_000}, "write").status, 200)
    same("a large answer", len(ask(s, context, "GET", "/api/v1/openapi.json").body) > 50_000, True)
    same("too large", ask(s, context, "POST", "/v1/batch", "x" * (500 << 10) + "x", "write").status, 413)
    same("where a browser sends to", ask(s, context, "GET", f"/v1/projects/{s.keys['write']}/settings", key=None).json["integrations"]["Segment.io"]["protocol"], "https")
    connection = connect(s, context)
    for i in range(20):
        s.on(connection, "POST", "/v1/track", {"userId": f"u{i}", "event": "e", "messageId": str(i)}, "write")
    connection.close()
    ask(s, context, "PUT", "/api/v1/segments/all", {"definition": "did e ever"})
    lines = connect(s, context)
    lines.request("GET", "/api/v1/segments/all/members", headers={"Authorization": f"Bearer {s.keys['read']}", "Accept": "application/x-ndjson"})
    same("in pieces", len(lines.getresponse().read().splitlines()), 20)
    stream = connect(s, context)
    stream.request("GET", "/api/v1/changes/stream", headers={"Authorization": f"Bearer {s.keys['read']}"})
    ask(s, context, "POST", "/v1/track", {"userId": "new", "event": "e"}, "write")
    contacts = (json.loads(line[6:])["contact"] for line in stream.getresponse() if line.startswith(b"data: "))
    same("as it happens", next(contact for contact in contacts if contact == "new"), "new")
    lines.close()
    stream.close()


def nothing_in_the_clear(s):
    """HTTP without TLS is not answered; old versions are refused; an end is said; slow handshakes hurt nobody."""
    context = begin(s)
    same("in the clear", b"HTTP/" in s.raw(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), False)
    for version, wanted in ((ssl.TLSVersion.TLSv1_1, None), (ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
        only = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        only.check_hostname, only.verify_mode = False, ssl.CERT_NONE
        only.minimum_version = only.maximum_version = version
        only.set_ciphers("ALL:@SECLEVEL=0")
        try:
            with socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX) as plain, only.wrap_socket(plain) as stream:
                came = stream.version()
        except (ssl.SSLError, ConnectionError):
            came = None
        same(version.name, came, wanted)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX) as plain, context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as stream:
        stream.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        came = b""
        while part := stream.recv(65536):  # an end that nobody said would raise
            came += part
        same("the protocol", stream.selected_alpn_protocol(), "http/1.1")
        same("whole, and its end is said", (came.startswith(b"HTTP/1.1 200"), came.endswith(b'{"alive":true}')), (True, True))
    silent = [socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX) for _ in range(200)]
    same("others are answered", [ask(s, context, "GET", "/livez").status for _ in range(5)], [200] * 5)
    with context.wrap_socket(socket.create_connection(("127.0.0.1", s.port), timeout=SECONDS_MAX), server_hostname="localhost") as idle:
        same("it ends when asked", s.stop(), 0)
        idle.close()
    for stream in silent:
        stream.close()
    s.start()


def any_address_with_a_certificate(s):
    """Others may reach it: not without TLS, and only with files that fit."""
    s.stop()
    certificate, key = make_certificate(s.folder)
    other = make_certificate(s.folder, "other")
    (s.folder / "nothing.pem").write_text("nothing")
    (s.folder / "locked.key").write_bytes(subprocess.run(["openssl", "pkcs8", "-topk8", "-in", key, "-passout", "pass:x"], check=True, capture_output=True).stdout)
    for what, options, code in (("no certificate", ("--listen", "0.0.0.0:0"), 5), ("no key", ("--tls-cert", certificate), 2), ("no file", ("--tls-cert", str(s.folder / "none"), "--tls-key", key), 3), ("nothing in it", ("--tls-cert", str(s.folder / "nothing.pem"), "--tls-key", key), 4),
                                ("another key", ("--tls-cert", certificate, "--tls-key", other[1]), 4), ("a key with a password", ("--tls-cert", certificate, "--tls-key", str(s.folder / "locked.key")), 4)):
        try:
            s.command("serve", *options, code=code)
            came = code
        except AssertionError as fault:
            came = str(fault)
        same(what, came, code)
    s.start("--tls-cert", certificate, "--tls-key", key, "--listen", "0.0.0.0:0")
    same("with both", ask(s, ssl.create_default_context(cafile=certificate), "GET", "/livez", key=None).status, 200)


TESTS = [all_goes_through_it, nothing_in_the_clear, any_address_with_a_certificate]
sys.exit(run(TESTS))
