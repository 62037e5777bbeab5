"""A name server that knows one name, and behind that name a forge with one Dockerfile; for tests/static_binary.sh."""

import http.server
import socket
import threading

NAME = b"\x06github\x04test\x00"


class Forge(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path.startswith("/repos/acme/web/contents/Dockerfile")
        body = b"FROM node:22\n" if found else b"{}"
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


forge = http.server.HTTPServer(("127.0.0.1", 8080), Forge)
threading.Thread(target=forge.serve_forever, daemon=True).start()
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("127.0.0.1", 53))
print("ready", flush=True)
while True:
    query, client = names.recvfrom(512)
    end = query.index(b"\0", 12) + 1
    known = query[12:end].lower() == NAME
    address = known and query[end : end + 2] == b"\0\1"
    # NXDOMAIN for every other name; the one name has an IPv4 address and nothing else.
    flags = b"\x81\x80" if known else b"\x81\x83"
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if address else b""
    counts = b"\0\1" + (b"\0\1" if address else b"\0\0") + b"\0\0\0\0"
    names.sendto(query[:2] + flags + counts + query[12 : end + 4] + answer, client)
