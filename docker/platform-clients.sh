#!/bin/sh
# The clients of the platform itself, which no tenant owns and the registry leaves alone. One that exists stays as it is.
set -eu

create() {
  id=$1
  shift
  hydra get oauth2-client "$id" --quiet >/dev/null 2>&1 || hydra create oauth2-client --quiet --id "$id" "$@"
}

# Sets up organizations, projects and members.
create platform --name Platform --secret "$PLATFORM_CLIENT_SECRET" \
  --grant-type client_credentials --response-type none \
  --scope registry:admin --audience oauth-client-registry --access-token-strategy jwt

# Acts for the person who is signed in, with that person's role. Its id is in FIRST_PARTY_CLIENT_IDS.
create dashboard --name Dashboard --token-endpoint-auth-method none \
  --grant-type authorization_code,refresh_token --response-type code \
  --scope "openid offline_access oauth_clients:read oauth_clients:write" \
  --audience oauth-client-registry --access-token-strategy jwt \
  --redirect-uri "$DASHBOARD_REDIRECT_URI" --skip-consent

# Swagger UI at /docs of the registry, which signs people in: SWAGGER_CLIENT_ID, and in FIRST_PARTY_CLIENT_IDS too. Its
# redirect URI is PUBLIC_URL and /docs/oauth2-redirect.html.
create swagger-ui --name "Swagger UI" --token-endpoint-auth-method none \
  --grant-type authorization_code --response-type code \
  --scope "oauth_clients:read oauth_clients:write" \
  --audience oauth-client-registry --access-token-strategy jwt \
  --redirect-uri "${SWAGGER_REDIRECT_URI:-http://localhost:3000/docs/oauth2-redirect.html}" --skip-consent
