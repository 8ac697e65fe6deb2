"""A service in Python with OpenTelemetry's own SDK. /price continues the caller's trace; /relay?url asks somebody else."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse
from urllib.request import Request, urlopen

from opentelemetry import baggage, propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator




class PlainIds(RandomIdGenerator):
    """Without the random flag: this SDK's OT Trace propagator takes every trace that has it for one not sampled."""

    def is_trace_id_random(self):
        return False


plain = os.environ.get("OTEL_PROPAGATORS") == "ottrace"
provider = TracerProvider(id_generator=PlainIds() if plain else RandomIdGenerator())
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("service.py")


def relay(url):
    with tracer.start_as_current_span("relay", kind=trace.SpanKind.CLIENT):
        headers = {}
        propagate.inject(headers)
        with urlopen(Request(url, headers=headers)) as answer:
            return json.load(answer)


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        parent = propagate.extract(self.headers)
        url = urlparse(self.path)
        with tracer.start_as_current_span(url.path, context=parent, kind=trace.SpanKind.SERVER) as span:
            answer = {
                "tier": baggage.get_baggage("user.tier", parent),
                "tracestate": span.get_span_context().trace_state.to_header(),
            }
            if url.path == "/relay":
                answer["answer"] = relay(parse_qs(url.query)["url"][0])
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def stop(*_):
    provider.shutdown()
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
