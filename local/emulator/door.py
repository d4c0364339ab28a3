"""Starts MiniStack behind a door: an ASGI application in the same process that passes on only requests with a valid SigV4 signature
by a credential of this run, and calls of deployed HTTP APIs, which check their callers themselves.

Without it, the administrative paths answer every process on this machine, and so do all services for a request that names an account
id, "test" or the root's access key: MiniStack does not check the signatures of root keys.
"""

import contextvars
import hashlib
import hmac
import json
import os
import re
import resource
import sys
from urllib.parse import parse_qs, quote

import uvicorn
from ministack import app as emulator
from ministack.core import sigv4, tls
from ministack.core.iam_evaluator import (
    AuthError,
    CredentialResolutionError,
    is_root_access_key,
    resolve_credential,
)
from ministack.core.router import detect_service, extract_access_key_id

ACCOUNT = os.environ["MINISTACK_ACCOUNT_ID"]
ROOT = os.environ["AWS_ACCESS_KEY_ID"]
# Removed, so that no function inherits it.
PASS = os.environ.pop("LOCAL_PASS").encode()

# The path of a deployed HTTP API on this machine. The name of the host is compared too, so that no page of a browser reaches it by a
# name of its own that resolves to this machine.
API_PATH = "/_aws/execute-api/"
API_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?")

# Whether this door has verified the signature of a request, or its sender needs none verified.
VERIFIED = contextvars.ContextVar("verified", default=False)

# Paths that belong to no AWS API: MiniStack's own, and LocalStack's.
INTERNAL = re.compile(r"/(_|health$)")

UNSIGNED = "The emulator of this local run takes only requests that are signed with a credential of the run: sign it by SigV4."
NOT_ROOT = "The emulator's own paths are for the local run itself: they take only requests that its root has signed."
UNKNOWN = "The access key is not one of this local run: use the credentials in .local/env."


class Door:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            # No service that a program of ours uses has WebSocket connections here.
            return await send({"type": "websocket.close", "code": 1008})
        send = in_pieces(send)
        # The process that started the emulator holds every key of the run; the header saves a second check of each of its requests.
        if any(name == b"x-local-pass" and hmac.compare_digest(value, PASS) for name, value in scope["headers"]):
            VERIFIED.set(True)
            return await self.app(scope, receive, send)
        headers = headers_of(scope)
        query = parse_qs(scope.get("query_string", b"").decode("utf-8", "replace"), keep_blank_values=True)
        path = scope["path"]
        key = extract_access_key_id(headers, query)
        is_api = path.startswith(API_PATH) and API_HOST.fullmatch(headers.get("host", "")) is not None
        # The API checks a caller's token or signature, but takes the name of a root key for its proof.
        if is_api and not (key and is_root_access_key(key)):
            return await self.app(scope, receive, send)
        claim = claim_of(headers, query, key)
        if isinstance(claim, AuthError):
            return await refuse(scope, send, headers, query, claim)
        if INTERNAL.match(path) and not is_api and key != ROOT:
            return await refuse(scope, send, headers, query, AuthError("AccessDenied", NOT_ROOT))
        body = await body_of(receive)
        if body is None:
            return
        failure = signature_failure(scope, claim, headers, query, body)
        if failure:
            return await refuse(scope, send, headers, query, failure)
        VERIFIED.set(True)
        await self.app(scope, replay(body, receive), send)


signature_failure_of = sigv4.header_signature_failure


def verify_once():
    """MiniStack computes the signature of each request again. It still checks time, key, and session token."""
    sigv4.header_signature_failure = lambda *request, **how: (
        None if VERIFIED.get() else signature_failure_of(*request, **how)
    )


def headers_of(scope):
    """Names in lower case. SigV4 signs a header of several lines as its values joined by commas."""
    headers = {}
    for name, value in scope.get("headers", []):
        key, text = name.decode("latin-1").lower(), sigv4.decode_header_value(value)
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers


def claim_of(headers, query, key):
    """What can be checked before the body is read: (signature, credential, presigned), or an AuthError."""
    in_header = headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 ")
    presigned = not in_header and query.get("X-Amz-Algorithm") == ["AWS4-HMAC-SHA256"]
    if not (in_header or presigned):
        return AuthError("MissingAuthenticationToken", UNSIGNED)
    signature = sigv4.parse_query_signature(query) if presigned else sigv4.parse_header_signature(headers)
    if isinstance(signature, tuple):
        return AuthError(*signature)
    # MiniStack takes the key that its router finds; the signature must be that key's.
    if signature.access_key_id != key or (is_root_access_key(key) and key != ROOT):
        return AuthError("InvalidClientTokenId", UNKNOWN)
    if "host" not in signature.signed_headers.split(";"):
        return AuthError("IncompleteSignature", "The signature does not cover the Host header.")
    late = lateness(signature, query) if presigned else sigv4.request_time_failure(signature)
    if late:
        return AuthError(*late)
    token = query.get("X-Amz-Security-Token", [""])[0] if presigned else headers.get("x-amz-security-token", "")
    credential = resolve_credential(key, ACCOUNT, token)
    if isinstance(credential, CredentialResolutionError):
        return AuthError(credential.code, credential.message)
    return signature, credential, presigned


def lateness(signature, query):
    try:
        if not sigv4.presigned_request_is_expired(signature.amz_date, query.get("X-Amz-Expires", ["300"])[0]):
            return None
    except ValueError:
        pass
    return "RequestExpired", "Request has expired"


def signature_failure(scope, claim, headers, query, body):
    signature, credential, presigned = claim
    raw_path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    failure = signature_failure_of(
        signature, credential.secret_access_key, scope["method"], raw_path, query, headers, body, presigned=presigned
    )
    if failure:
        return AuthError(*failure)
    # Where a header carries the hash of the body, the signature covers the header only.
    claimed = headers.get("x-amz-content-sha256", "")
    if re.fullmatch("[0-9a-f]{64}", claimed) and not hmac.compare_digest(claimed, hashlib.sha256(body).hexdigest()):
        return AuthError("SignatureDoesNotMatch", sigv4.SIGNATURE_MISMATCH)
    return None


async def body_of(receive):
    """The whole body, or None if the client has left. MiniStack holds it as a whole, too."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def replay(body, receive):
    rest = [{"type": "http.request", "body": body, "more_body": False}]

    async def again():
        return rest.pop() if rest else await receive()

    return again


# In bytes.
PIECE = 65_536


def in_pieces(send):
    """Sends a body in pieces. A connection with TLS keeps a buffer as large as the largest piece that it has sent, and a list of all
    messages of a queue has megabytes."""

    async def send_pieces(message):
        body = message.get("body", b"")
        rest = max(0, len(body) - 1) // PIECE * PIECE
        for start in range(0, rest, PIECE):
            await send({**message, "body": body[start : start + PIECE], "more_body": True})
        await send({**message, "body": body[rest:]} if rest else message)

    return send_pieces


async def refuse(scope, send, headers, query, failure):
    """Answers as the service would, so that SDK clients read the error; on the emulator's own paths, with the sentence."""
    if INTERNAL.match(scope["path"]) and not scope["path"].startswith(API_PATH):
        fields, body = {"Content-Type": "application/json"}, json.dumps({"message": failure.message})
        return await emulator._send_response(send, 403, fields, body, head=scope["method"] == "HEAD")
    service = detect_service(scope["method"], scope["path"], headers, query)
    status, fields, body = emulator._credential_failure(service, "", os.urandom(16).hex(), failure, headers)
    await emulator._send_response(send, status, fields, body, head=scope["method"] == "HEAD")


def serve(app):
    """MiniStack's own server, Hypercorn, parses HTTP in Python, which is half of what a small request costs here."""
    certificate, key = tls.resolve_tls_material()
    # A burst of connections may exceed the soft limit.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvicorn.run(
        app,
        host=os.environ["BIND_HOST"],
        port=int(os.environ["GATEWAY_PORT"]),
        loop="uvloop",
        http="httptools",
        ws="none",
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=0,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    # The isolated mode of Python leaves out the folder of the script.
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    from amendments import amend

    amend()
    verify_once()
    # In seconds, a tenth of the default: an invocation passes through several threads, and each waits for its turn.
    sys.setswitchinterval(0.0005)
    serve(Door(emulator.app))
