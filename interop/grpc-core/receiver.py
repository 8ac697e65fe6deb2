"""An OTLP/gRPC receiver on gRPC's C core, which knows HTTP/2 to the letter: what it takes it prints, a line of JSON each.

  receiver.py <folder of the generated modules> [--port N] [--cert FILE --key FILE [--client-ca FILE]]

The metadata `x-answer` says what a call is answered with: `busy-once` is UNAVAILABLE with RetryInfo of 300 ms for the
first call of its kind, `partial` a partial success.
"""
import argparse
import json
import sys
import threading
from concurrent import futures

options = argparse.ArgumentParser()
options.add_argument("modules")
options.add_argument("--port", type=int, default=0)
options.add_argument("--cert")
options.add_argument("--key")
options.add_argument("--client-ca")
arguments = options.parse_args()
sys.path.insert(0, arguments.modules)

import grpc  # noqa: E402
from google.protobuf.json_format import MessageToDict  # noqa: E402
from google.protobuf import any_pb2, duration_pb2  # noqa: E402
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2  # noqa: E402
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2  # noqa: E402
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2  # noqa: E402

SERVICES = {
    "trace.v1.TraceService": (
        trace_service_pb2.ExportTraceServiceRequest,
        trace_service_pb2.ExportTraceServiceResponse,
        "rejected_spans",
    ),
    "metrics.v1.MetricsService": (
        metrics_service_pb2.ExportMetricsServiceRequest,
        metrics_service_pb2.ExportMetricsServiceResponse,
        "rejected_data_points",
    ),
    "logs.v1.LogsService": (
        logs_service_pb2.ExportLogsServiceRequest,
        logs_service_pb2.ExportLogsServiceResponse,
        "rejected_log_records",
    ),
}


lock = threading.Lock()


def say(what):
    with lock:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


def has_unknown_fields(message):
    """Fields that the message does not have, anywhere in it."""
    parsed = type(message).FromString(message.SerializeToString())
    before = len(parsed.SerializeToString())
    parsed.DiscardUnknownFields()
    return len(parsed.SerializeToString()) != before


def field(number, content):
    return bytes([number * 8 + 2, len(content)]) + content


def retry_info(milliseconds):
    """google.rpc.Status with google.rpc.RetryInfo, whose Python classes Debian does not have."""
    delay = duration_pb2.Duration()
    delay.FromMilliseconds(milliseconds)
    info = any_pb2.Any(type_url="type.googleapis.com/google.rpc.RetryInfo", value=field(1, delay.SerializeToString()))
    return field(3, info.SerializeToString())


def handler(name, response, rejected):
    seen = set()

    def export(request, context):
        metadata = {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}
        say(
            {
                "service": name,
                "request": MessageToDict(request),
                "unknown": has_unknown_fields(request),
                "metadata": metadata,
                "deadline": context.time_remaining(),
                "peer": [text.decode() for text in context.auth_context().get("x509_common_name", [])],
            }
        )
        answer = metadata.get("x-answer")
        if answer == "busy-once" and name not in seen:
            seen.add(name)
            context.set_trailing_metadata((("grpc-status-details-bin", retry_info(300)),))
            context.abort(grpc.StatusCode.UNAVAILABLE, "busy: grüße")
        result = response()
        if answer == "partial":
            setattr(result.partial_success, rejected, 1)
            result.partial_success.error_message = "one too many"
        return result

    return export


server = grpc.server(
    futures.ThreadPoolExecutor(max_workers=4),
    compression=grpc.Compression.Gzip,
    options=[("grpc.so_reuseport", 0)],
)
for name, (request, response, rejected) in SERVICES.items():
    method = grpc.unary_unary_rpc_method_handler(
        handler(name, response, rejected),
        request_deserializer=request.FromString,
        response_serializer=response.SerializeToString,
    )
    service = f"opentelemetry.proto.collector.{name}"
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {"Export": method}),))


def read(path):
    with open(path, "rb") as file:
        return file.read()


address = f"127.0.0.1:{arguments.port}"
if arguments.cert is None:
    port = server.add_insecure_port(address)
else:
    authority = None if arguments.client_ca is None else read(arguments.client_ca)
    credentials = grpc.ssl_server_credentials(
        [(read(arguments.key), read(arguments.cert))], authority, authority is not None
    )
    port = server.add_secure_port(address, credentials)
server.start()
say({"port": port})
server.wait_for_termination()
