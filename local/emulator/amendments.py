"""What MiniStack leaves out and a program of ours relies on, added to its modules before it starts."""

import contextlib
import contextvars
import ctypes
import dataclasses
import functools
import itertools
import json
import os
import re
import socket
import threading
import time
from queue import Empty
from socketserver import BaseServer

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.lambda_runtime import ProvidedWorker
from ministack.core.responses import get_account_id
from ministack.core.router import extract_access_key_id
from ministack.services import cloudwatch, cloudwatch_logs, eventbridge, kinesis, lambda_svc, s3, sqs

# The tag of a session by which the local AWS IoT Core names the thing for which it was requested.
# On AWS, the credentials provider sets the condition keys themselves.
PROVIDED = "aws:principaltag/"

VARIABLE = re.compile(r"\$\{([^}]*)\}")


def amend():
    replace_variables()
    name_versions()
    look_seldom()
    delete_in_place()
    receive_from_front()
    count_long_queues_seldom()
    keep_connections()
    let_servers_sleep()
    end_output_at_mark()
    record_publishes()
    parse_policies_once()
    keep_recent()
    count_equal_values()
    name_caller_only()
    name_batches()
    return_memory()
    limit_processes(int(os.environ.pop("LOCAL_MOST_FUNCTIONS")))


def replace_variables():
    """IAM replaces policy variables in resources; MiniStack compares them as they are written.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    first_match = iam_evaluator._first_match

    def with_values(ctx, statements, effect):
        return first_match(ctx, [replaced(one, ctx) for one in statements], effect)

    iam_evaluator._first_match = with_values


def replaced(statement, ctx):
    if not any("${" in one for one in statement.resources + statement.not_resources):
        return statement
    return dataclasses.replace(
        statement,
        resources=[value_in(one, ctx) for one in statement.resources],
        not_resources=[value_in(one, ctx) for one in statement.not_resources],
    )


def value_in(pattern, ctx):
    missing = False

    def value_of(match):
        nonlocal missing
        key = match[1]
        value = iam_evaluator._resolve_condition_key(key, ctx) or ctx.principal_keys.get(PROVIDED + key.lower())
        # A wildcard in a value is an ordinary character to IAM, and a pattern to MiniStack.
        if not isinstance(value, str) or set(value) & set("*?"):
            missing = True
            return ""
        return value

    text = VARIABLE.sub(value_of, pattern)
    # No ARN contains it: a pattern with a variable that has no value matches nothing.
    return "\0" if missing else text


def name_versions():
    """The events of S3 in EventBridge name the version of an object in a bucket with versions; those of MiniStack do not.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html"""
    version = contextvars.ContextVar("version", default=None)
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def fire_with_version(*args, **kwargs):
        token = version.set(kwargs.get("version_id"))
        try:
            return fire(*args, **kwargs)
        finally:
            version.reset(token)

    def dispatch_with_version(event, *rest):
        if version.get() and event.get("Source") == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version.get()
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, *rest)

    s3._fire_s3_event = fire_with_version
    eventbridge._dispatch_event = dispatch_with_version


def look_seldom():
    """MiniStack looks through all that it holds for what has expired: all points of metrics at each request to CloudWatch, all iterators and
    the stream's records at each request to Kinesis, and the queue's messages at each request to SQS. After some minutes, or with some
    thousand messages, this is most of what the emulator computes."""
    cloudwatch._evict_old_metrics = at_most_every(60, cloudwatch._evict_old_metrics)
    kinesis._expire_iterators = at_most_every(1, kinesis._expire_iterators)
    kinesis._expire_records = at_most_every(1, kinesis._expire_records, lambda stream: stream["StreamARN"])
    sqs._expire_retained = at_most_every(1, sqs._expire_retained, id)
    ensure = sqs._ensure_msg_fields
    sqs._ensure_msg_fields = lambda message: None if message.keys() >= FIELDS else ensure(message)


# What every message has once MiniStack has completed it.
FIELDS = frozenset(
    "md5_body message_attributes md5_attrs first_receive_at receive_count receipt_handle sent_at visible_at sys group_id dedup_id seq".split()
)


def at_most_every(seconds, look, place=lambda: None):
    """`place` returns the key of what `look` looks through; each has its own interval."""
    next_times = {}

    def seldom(*args):
        now = time.monotonic()
        key = place(*args)
        if now >= next_times.get(key, 0.0):
            next_times[key] = now + seconds
            look(*args)

    return seldom


def delete_in_place():
    """MiniStack copies the queue for each message that it deletes, and may lose what another thread sends meanwhile. Its own functions
    still answer for handles that the queue does not have."""
    delete_one, delete_batch = sqs._HANDLERS["DeleteMessage"], sqs._HANDLERS["DeleteMessageBatch"]

    def one(data, url):
        queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
        return {} if remove(queue, data.get("ReceiptHandle")) else delete_one(data, url)

    def batch(data, url):
        queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
        entries = data.get("Entries", [])
        sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
        removed, left = [], []
        for entry in entries:
            (removed if remove(queue, entry.get("ReceiptHandle")) else left).append(entry)
        failed = delete_batch({**data, "Entries": left}, url)["Failed"] if left else []
        return {"Successful": [{"Id": entry.get("Id", "")} for entry in removed], "Failed": failed}

    sqs._HANDLERS.update(DeleteMessage=one, DeleteMessageBatch=batch)


def remove(queue, handle):
    """Removes the received message with this handle. A message that was never received has none."""
    for index, message in enumerate(queue["messages"]):
        if handle and message["receipt_handle"] == handle:
            del queue["messages"][index]
            return True
    return False


def receive_from_front():
    """MiniStack looks through the whole queue for each ReceiveMessage, twice, and takes the first messages that are visible."""
    collect = sqs._collect_msgs

    def collect_from_front(queue, most, timeout):
        if queue["is_fifo"]:
            return collect(queue, most, timeout)
        now = time.time()
        front = itertools.islice((one for one in queue["messages"] if is_visible(one, now)), most)
        return collect({"is_fifo": False, "messages": list(front)}, most, timeout)

    sqs._collect_msgs = collect_from_front


def is_visible(message, now):
    sqs._ensure_msg_fields(message)
    return message["visible_at"] <= now


# Messages of a queue from which on its counts are a fifth of a second old. SQS's own counts are approximate, too.
LONG = 1000


def count_long_queues_seldom():
    """MiniStack looks through the whole queue for each GetQueueAttributes; the run asks each queue that is drained many times a second."""
    count = sqs._refresh_counts
    count_seldom = at_most_every(0.2, count, id)
    sqs._refresh_counts = lambda queue: (count_seldom if len(queue["messages"]) > LONG else count)(queue)


def keep_connections():
    """MiniStack answers a function's request to the Runtime API in two packets, of which the second waits for the acknowledgement of the
    first on a connection that is kept; and it wakes each idle function ten times a second."""
    build = ProvidedWorker._build_handler_class

    def build_kept(worker, generation, pending):
        handler = build(worker, generation, Patient(pending))
        handler.disable_nagle_algorithm = True
        # Buffered, and flushed once an answer.
        handler.wbufsize = -1
        return handler

    ProvidedWorker._build_handler_class = build_kept


class Patient:
    """The invocations of a function, for the thread that passes them on. The thread of a function that has ended waits as long, too."""

    def __init__(self, pending):
        self.pending = pending

    def get(self, timeout):
        return self.pending.get(timeout=max(timeout, 5))


def let_servers_sleep():
    """MiniStack wakes the server of each function's Runtime API ten times a second to see whether it shall stop."""
    serve, shut_down = BaseServer.serve_forever, BaseServer.shutdown

    def shut_down_at_once(server):
        # A connection wakes the server, and then it sees the request to stop.
        server._BaseServer__shutdown_request = True
        with contextlib.suppress(OSError):
            socket.create_connection(server.server_address).close()
        shut_down(server)

    BaseServer.serve_forever = lambda server, poll_interval=0.5: serve(server, 60)
    BaseServer.shutdown = shut_down_at_once


# By this and the id of an invocation, the runtime client ends the invocation's output. It follows a line that the function has not ended.
MARK = "\x04"
MARKED = re.compile(MARK + r"[0-9a-f-]{36}$")


def end_output_at_mark():
    """MiniStack asks for the output of an invocation each millisecond until nothing has come for five. The runtime client says where it
    ends. Output that follows belongs to the next invocation, as on Lambda."""
    invoke = ProvidedWorker.invoke
    drain = ProvidedWorker._drain_stderr

    def invoke_marked(worker, event, request_id, **rest):
        worker.end_of_output = MARK + request_id
        return invoke(worker, event, request_id, **rest)

    def drain_until_mark(worker):
        lines = []
        deadline = time.monotonic() + 0.25
        while (left := deadline - time.monotonic()) > 0:
            try:
                lines.append(worker._stderr_queue.get(timeout=left))
            except Empty:
                break
            if lines[-1].endswith(worker.end_of_output):
                break
        return without_marks(lines)

    ProvidedWorker.invoke = invoke_marked
    ProvidedWorker._drain_stderr_bounded = drain_until_mark
    ProvidedWorker._drain_stderr = lambda worker: without_marks(drain(worker).split("\n"))


def without_marks(lines):
    texts = [(line, MARKED.sub("", line)) for line in lines]
    return "\n".join(text for line, text in texts if text or text == line)


def limit_processes(most):
    """Each invocation that runs beside another one of its function is a process. A mapping runs as many as it may, on any machine."""
    allowed = lambda_svc._sqs_esm_concurrency
    lambda_svc._sqs_esm_concurrency = lambda *mapping: min(most, allowed(*mapping))


def record_publishes():
    """The local SNS reads the texts of messages from MiniStack's audit log (local/services/sns/published-text.ts). It keeps the last 10,000
    calls, of all services, of which only those of SNS are read."""
    record = app._maybe_record_cloudtrail
    app._maybe_record_cloudtrail = lambda service, *call: record(service, *call) if service == "sns" else None


def parse_policies_once():
    """MiniStack parses all policies of the caller's role twice for each request."""
    parse = iam_evaluator.parse_policy_document
    parse_text = functools.lru_cache(maxsize=1000)(parse)
    iam_evaluator.parse_policy_document = lambda document: (parse_text if isinstance(document, str) else parse)(document)


# Log events of one stream, and events in the log of buses, beyond which the older half is forgotten.
MOST_KEPT = 5000


def keep_recent():
    """MiniStack keeps every log event, and a log of all events of buses that no API returns."""
    append, events_of_buses = cloudwatch_logs._append_log_events, eventbridge._events_log_list

    def append_and_forget(stream, events):
        append(stream, events)
        with cloudwatch_logs._log_events_lock:
            if len(stream["events"]) > MOST_KEPT:
                # Another list: a request may be reading this one.
                stream["events"] = stream["events"][MOST_KEPT // 2 :]

    def recent_events_of_buses():
        events = events_of_buses()
        if len(events) > MOST_KEPT:
            del events[: MOST_KEPT // 2]
        return events

    cloudwatch_logs._append_log_events = append_and_forget
    eventbridge._events_log_list = recent_events_of_buses


def count_equal_values():
    """MiniStack keeps each value of a metric by itself. A metric that counts has most values many times in a second."""
    bucket_of = cloudwatch._metric_bucket

    def counting_bucket_of(key):
        # Measured at intervals: a value that has moved to the time of an earlier one is missing in a short period.
        if key[0] == "AWS/SQS":
            return bucket_of(key)
        with POINTS:
            points = bucket_of(key)
            if not isinstance(points, Points):
                points = cloudwatch._metrics[key] = Points(points)
            return points

    cloudwatch._metric_bucket = counting_bucket_of


# Functions that end at the same time count their invocations from threads of their own.
POINTS = threading.Lock()


class Points(list):
    """The values of a metric; equal ones of the same second are one point with their number, as PutMetricData can send them."""

    def __init__(self, points=()):
        super().__init__(points)
        self.second, self.known = None, {}

    def append(self, point):
        if "_stat" in point:
            return super().append(point)
        second, key = int(point["Timestamp"]), (point["Value"], point["Unit"])
        with POINTS:
            if second != self.second:
                self.second, self.known = second, {}
            known = self.known.setdefault(key, point)
            if known is point:
                super().append(point)
            else:
                known["Count"] = known.get("Count", 1.0) + point.get("Count", 1.0)


def return_memory():
    """The C library keeps what requests have freed: after 7,000 messages a quarter of the process, and more with each thousand."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)

    def trim_again_and_again():
        while True:
            time.sleep(10)
            trim(0)

    # Only the C library of GNU has it.
    if trim:
        threading.Thread(target=trim_again_and_again, daemon=True).start()


def name_caller_only():
    """MiniStack gathers all policies of the caller for its ARN, and again for the decision."""

    def arn_of(headers, query_params=None):
        key = extract_access_key_id(headers or {}, query_params or {})
        credential = iam_evaluator.resolve_credential(key) if key else None
        return getattr(credential, "principal_arn", "") or f"arn:aws:iam::{get_account_id()}:root"

    iam_evaluator.request_caller_arn = arn_of


# Batch calls, and the permission by which AWS allows them.
SINGLE = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
}


def name_batches():
    """MiniStack demands permissions of its own for batch calls.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html"""
    extract = iam_actions.extract_iam_action

    def action_of(*request):
        action = extract(*request)
        return SINGLE.get(action, action)

    iam_actions.extract_iam_action = action_of
