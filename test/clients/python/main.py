"""Every call on a client, through what openapi-python-client makes of the document."""

import os
from uuid import UUID, uuid4

from registry_client import AuthenticatedClient
from registry_client.api.o_auth_clients import (
    create_o_auth_client,
    delete_o_auth_client,
    get_o_auth_client,
    list_o_auth_clients,
    rotate_o_auth_client_secret,
    update_o_auth_client,
)
from registry_client.models import (
    CreateOAuthClient,
    DryRun,
    EffectCode,
    GrantType,
    OAuthClient,
    OAuthClientPage,
    Problem,
    ProblemCode,
    TokenEndpointAuthMethod,
    UpdateOAuthClient,
    ViolationCode,
)

registry = AuthenticatedClient(
    base_url=os.environ["REGISTRY_URL"], token=os.environ["REGISTRY_TOKEN"], raise_on_unexpected_status=True
)
project = (UUID(os.environ["ORG_ID"]), UUID(os.environ["PROJECT_ID"]))

# Makes a client: its secret is shown in this answer.
created = create_o_auth_client.sync(
    *project,
    client=registry,
    body=CreateOAuthClient(
        name="Made by openapi-python-client",
        grant_types=[GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN],
        redirect_uris=["https://shop.example.com/callback"],
    ),
)
assert isinstance(created, OAuthClient) and created.client_secret, created
path = (*project, created.id)
assert isinstance(created.id, UUID)

# Finds it in the list, and alone.
listed = list_o_auth_clients.sync(*project, client=registry, limit=5)
assert isinstance(listed, OAuthClientPage) and created.id in [found.id for found in listed.data], listed
read = get_o_auth_client.sync(*path, client=registry)
assert isinstance(read, OAuthClient) and read.client_secret is None, read

# Asks first: nothing is done.
asked = update_o_auth_client.sync(*path, client=registry, body=UpdateOAuthClient(name="Renamed"), dry_run=True)
assert isinstance(asked, DryRun) and asked.changes["name"]["to"] == "Renamed", asked
end = delete_o_auth_client.sync(*path, client=registry, dry_run=True)
assert isinstance(end, DryRun), end
assert EffectCode.CLIENT_IS_GONE_FOR_GOOD in [effect.code for effect in end.effects]
another = CreateOAuthClient(name="Only asked", grant_types=[GrantType.CLIENT_CREDENTIALS])
made = create_o_auth_client.sync(*project, client=registry, body=another, dry_run=True)
assert isinstance(made, DryRun) and made.changes["name"]["to"] == "Only asked", made

# Null changes nothing.
patched = update_o_auth_client.sync(
    *path,
    client=registry,
    body=UpdateOAuthClient(name="Renamed", description=None, pkce_challenge_method=None),
)
assert isinstance(patched, OAuthClient) and patched.name == "Renamed", patched
assert patched.token_endpoint_auth_method is TokenEndpointAuthMethod.CLIENT_SECRET_BASIC

# Other grant types are refused with a problem that has a type.
refused = update_o_auth_client.sync(
    *path, client=registry, body=UpdateOAuthClient(grant_types=[GrantType.CLIENT_CREDENTIALS])
)
assert isinstance(refused, Problem) and refused.code is ProblemCode.VALIDATION_FAILED, refused
assert [error.code for error in refused.errors] == [ViolationCode.GRANT_TYPES_IMMUTABLE]

# A new secret, whose call may be repeated, and the end.
key = str(uuid4())
rotated = rotate_o_auth_client_secret.sync(*path, client=registry, idempotency_key=key)
assert isinstance(rotated, OAuthClient) and rotated.client_secret != created.client_secret, rotated
assert rotate_o_auth_client_secret.sync(*path, client=registry, idempotency_key=key) == rotated
assert delete_o_auth_client.sync_detailed(*path, client=registry).status_code == 204
gone = get_o_auth_client.sync(*path, client=registry)
assert isinstance(gone, Problem) and gone.code is ProblemCode.NOT_FOUND, gone
