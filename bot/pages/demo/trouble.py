"""What the Graph API says when it says no, in its own shape."""

from __future__ import annotations

import secrets

ALREADY_HIDDEN = 1446036
GONE = 33
NOT_ON_NEW_PAGES = 2069030
PAGE_TOKEN_WANTED = 2069032


class GraphError(Exception):
    """An error answer: HTTP status and the members of its `error` object."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int | None = None,
        status: int = 400,
        kind: str = "OAuthException",
        transient: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.subcode = code, message, subcode
        self.status, self.kind, self.transient = status, kind, transient

    def body(self) -> dict[str, object]:
        """The answer's body."""
        error: dict[str, object] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient is not None:
            error["is_transient"] = self.transient
        return {"error": {**error, "fbtrace_id": "A" + secrets.token_urlsafe(16)}}


def gone(object_id: str, method: str = "get") -> GraphError:
    """Removed, never there, or not for these eyes: the platform does not say which."""
    message = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due "
        "to missing permissions, or does not support this operation."
    )
    return GraphError(100, message, subcode=GONE, kind="GraphMethodException")


def unknown_field(name: str, kind: str) -> GraphError:
    return GraphError(100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})")


def syntax(what: str) -> GraphError:
    return GraphError(2500, f"Syntax error {what}")


def bad_parameter(what: str) -> GraphError:
    return GraphError(100, f"(#100) {what}")


def bad_token() -> GraphError:
    return GraphError(190, "Invalid OAuth access token - Cannot parse access token")


def bad_proof() -> GraphError:
    return bad_parameter("Invalid appsecret_proof provided in the API argument")


def page_token_wanted() -> GraphError:
    message = "A Page access token is required for this call for the new Pages experience."
    return GraphError(190, message, subcode=PAGE_TOKEN_WANTED)


def not_permitted(what: str) -> GraphError:
    return GraphError(200, f"(#200) {what}", status=403)
