"""What MiniStack leaves out and a program of ours relies on, added to its modules before it starts."""

import contextvars
import dataclasses
import json
import re
import time

from ministack.core import iam_evaluator
from ministack.services import eventbridge, kinesis, s3

# The tag of a session by which the local AWS IoT Core names the thing for which it was requested.
# On AWS, the credentials provider sets the condition keys themselves.
PROVIDED = "aws:principaltag/"

VARIABLE = re.compile(r"\$\{([^}]*)\}")


def amend():
    replace_variables()
    name_versions()
    expire_iterators_seldom()


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


def expire_iterators_seldom():
    """MiniStack looks through all iterators of the last five minutes at each request to Kinesis, and each read makes another one: after
    some minutes this is two thirds of what the emulator computes."""
    expire = kinesis._expire_iterators
    next_time = 0.0

    def at_most_once_a_second():
        nonlocal next_time
        now = time.monotonic()
        if now >= next_time:
            next_time = now + 1
            expire()

    kinesis._expire_iterators = at_most_once_a_second
