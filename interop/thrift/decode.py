"""Reads messages of a JaegerExporter with Apache Thrift's own code and prints them as JSON.

usage: decode.py GENERATED FORM < hex, one message a line
FORM is binary (a Batch, as over HTTP), call-binary or call-compact (a datagram).
Trailing bytes, a missing field that is required and a wrong call are errors.
"""
import base64
import json
import sys

sys.path.insert(0, sys.argv[1])

from jaeger import Agent, ttypes  # noqa: E402
from thrift.protocol.TBinaryProtocol import TBinaryProtocol  # noqa: E402
from thrift.protocol.TCompactProtocol import TCompactProtocol  # noqa: E402
from thrift.Thrift import TMessageType  # noqa: E402
from thrift.transport.TTransport import TMemoryBuffer  # noqa: E402


def plain(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, bool) or value is None or isinstance(value, (str, float)):
        return repr(value) if isinstance(value, float) else value
    if isinstance(value, int):
        return str(value)
    return {key: plain(inner) for key, inner in vars(value).items() if inner is not None}


def read(message, form):
    buffer = TMemoryBuffer(message)
    protocol = (TCompactProtocol if form == "call-compact" else TBinaryProtocol)(buffer)
    if form == "binary":
        batch = ttypes.Batch()
        batch.read(protocol)
    else:
        name, kind, _ = protocol.readMessageBegin()
        assert name == "emitBatch" and kind == TMessageType.ONEWAY, (name, kind)
        args = Agent.emitBatch_args()
        args.read(protocol)
        protocol.readMessageEnd()
        batch = args.batch
    rest = buffer.read(1)
    assert rest == b"", "bytes behind the message"
    validate(batch)
    return plain(batch)


def validate(batch):
    batch.validate()
    batch.process.validate()
    for span in batch.spans:
        span.validate()
        for tag in span.tags or []:
            tag.validate()
        for log in span.logs or []:
            log.validate()


for line in sys.stdin:
    print(json.dumps(read(bytes.fromhex(line.strip()), sys.argv[2])))
