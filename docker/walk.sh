#!/bin/sh
# From nothing to a first change, after `docker compose up`: sh docker/walk.sh
#
# Each step is one call that a platform, a person or a machine makes; copy from here what you need. Needs curl, and nothing
# of what it makes is in the way of another walk. Other addresses and secrets than those of docker-compose.yml are taken from
# the environment.
set -eu

REGISTRY=${REGISTRY:-http://localhost:3000}
HYDRA=${HYDRA:-http://localhost:4440}
KRATOS=${KRATOS:-http://localhost:4433}
PLATFORM_CLIENT_SECRET=${PLATFORM_CLIENT_SECRET:-for-trying-only-platform-secret}
# What the person of the login and consent app is called, and fills into its two pages: those of Ory's example.
LOGIN_SUBJECT=${LOGIN_SUBJECT:-foo@bar.com}
LOGIN_FORM=${LOGIN_FORM:-email=foo%40bar.com&password=foobar&submit=Log+in}
CONSENT_FORM=${CONSENT_FORM:-grant_scope=openid&grant_scope=offline_access&grant_scope=orders%3Aread&submit=Allow+access}

# The ids that Swagger UI has in its fields.
ORGANIZATION=$REGISTRY/v1/organizations/de300000-0000-4000-8000-000000000001
PROJECT=$ORGANIZATION/projects/de300000-0000-4000-8000-000000000002
CLIENTS=$PROJECT/oauth-clients

step() { printf '\n%s\n' "$*"; }
fail() { printf '\nThe walk ends here: %s\n' "$*" >&2; exit 1; }

# call STATUS [what curl takes]: keeps the body in ANSWER, and ends the walk at any other status.
call() {
  wanted=$1; shift
  ANSWER=$(curl -sS -w '\n%{http_code}' "$@") || fail "no answer. Is everything of docker compose up?"
  [ "${ANSWER##*
}" = "$wanted" ] || fail "$wanted was expected, and the answer is: $ANSWER"
  ANSWER=${ANSWER%
*}
}

# member NAME: the text of that member of ANSWER.
member() { printf '%s' "$ANSWER" | tr -d '\n' | sed -E 's/.*"'"$1"'": ?"([^"]*)".*/\1/'; }

# claims JWT: its middle part, which is base64url without padding.
claims() {
  part=$(printf '%s' "$1" | cut -d. -f2 | tr '_-' '/+')
  while [ $((${#part} % 4)) -ne 0 ]; do part="$part="; done
  printf '%s' "$part" | base64 -d && echo
}

# as STATUS TOKEN [what curl takes]: with a token, and a body of JSON where there is one.
as() {
  wanted=$1 token=$2; shift 2
  call "$wanted" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"
}

step '1. The platform gets a token from Hydra, for this API (audience), with its own client of docker/platform-clients.sh'
call 200 -u "platform:$PLATFORM_CLIENT_SECRET" -d grant_type=client_credentials -d scope=registry:admin \
  -d audience=oauth-client-registry "$HYDRA/oauth2/token"
PLATFORM=$(member access_token)
claims "$PLATFORM"

step '2. It makes an organization and a project'
as 200 "$PLATFORM" -X PUT -d '{"name":"Example Ltd"}' "$ORGANIZATION"
echo "$ANSWER"
as 200 "$PLATFORM" -X PUT -d '{"name":"Shop"}' "$PROJECT"
echo "$ANSWER"

step '3. A person signs up with Kratos, which answers with a session'
EMAIL=walk-$(date +%s)-$$@example.com
PASSWORD=$(head -c 18 /dev/urandom | base64)
call 200 -H 'Accept: application/json' "$KRATOS/self-service/registration/api"
FLOW=$(printf '%s' "$ANSWER" | sed -E 's/^\{"id":"([^"]*)".*/\1/')
call 200 -H 'Content-Type: application/json' "$KRATOS/self-service/registration?flow=$FLOW" \
  -d "{\"method\":\"password\",\"password\":\"$PASSWORD\",\"traits\":{\"email\":\"$EMAIL\"}}"
SESSION=$(member session_token)
echo "$EMAIL"

step '4. The person changes the session into a token for this API (tokenize_as); its subject is the identity in Kratos'
call 200 -H "X-Session-Token: $SESSION" "$KRATOS/sessions/whoami?tokenize_as=oauth_client_registry"
ADMIN=$(member tokenized)
claims "$ADMIN"
ANSWER=$(claims "$ADMIN")
IDENTITY=$(member sub)

step '5. The platform makes that person an admin of the organization; and the person of the login app, who is another one'
as 200 "$PLATFORM" -X PUT -d '{"role":"admin"}' "$ORGANIZATION/members/$IDENTITY"
as 200 "$PLATFORM" -X PUT -d '{"role":"admin"}' "$ORGANIZATION/members/$LOGIN_SUBJECT"
echo "$ANSWER"

step '6. The person registers a web client. Its secret is shown once'
as 201 "$ADMIN" "$CLIENTS" -d '{
  "name": "Web shop", "grant_types": ["authorization_code", "refresh_token"],
  "redirect_uris": ["http://127.0.0.1/callback"], "scopes": ["openid", "offline_access", "orders:read"], "pkce_required": true
}'
echo "$ANSWER"
ID=$(member id)
CLIENT_ID=$(member client_id)
SECRET=$(member client_secret)

step '7. A first change: 200'
as 200 "$ADMIN" -X PATCH -d '{"description":"Changed on a walk"}' "$CLIENTS/$ID"
echo "$ANSWER"

step '8. Grant types cannot be changed: 422'
as 422 "$ADMIN" -X PATCH -d '{"grant_types":["client_credentials"]}' "$CLIENTS/$ID"
echo "$ANSWER"

step '9. A machine gets a token for an API of the platform, which its client lists; the token says whose it is'
as 201 "$ADMIN" "$CLIENTS" -d '{
  "name": "Export", "grant_types": ["client_credentials"], "scopes": ["orders:read"],
  "audiences": ["https://api.example.com/orders"]
}'
MACHINE=$(member client_id):$(member client_secret)
call 200 -u "$MACHINE" -d grant_type=client_credentials -d scope=orders:read \
  -d audience=https://api.example.com/orders "$HYDRA/oauth2/token"
claims "$(member access_token)"

step '10. For an API below that one, which it does not list, it gets none: 403'
call 403 -u "$MACHINE" -d grant_type=client_credentials -d scope=orders:read \
  -d audience=https://api.example.com/orders/refunds "$HYDRA/oauth2/token"
echo "$ANSWER"

step '11. The authorize gate refuses a code flow without PKCE, which the client requires: 403'
AUTHORIZE="$HYDRA/oauth2/auth?response_type=code&client_id=$CLIENT_ID&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback"
AUTHORIZE="$AUTHORIZE&scope=openid+offline_access+orders%3Aread&state=a-state-of-the-client"
call 403 "$AUTHORIZE"
echo "$ANSWER"

step '12. With PKCE a person signs in at the login app and consents, as a browser would'
# The pair of RFC 7636, appendix B. A client makes a new one each time.
VERIFIER=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
AUTHORIZE="$AUTHORIZE&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
TEMPORARY=$(mktemp -d)
trap 'rm -rf "$TEMPORARY"' EXIT

# browse [what curl takes]: asks, keeps the page, and prints where it leads to, if anywhere.
browse() { curl -sS -b "$TEMPORARY/cookies" -c "$TEMPORARY/cookies" -o "$TEMPORARY/page" -w '%{redirect_url}' "$@"; }

# The hidden fields of the page: name=value, a line each.
hidden() {
  tr '\n' ' ' <"$TEMPORARY/page" | sed 's/<input/\
<input/g' | sed -nE '/type="hidden"/s/.* name="([^"]*)".* value="([^"]*)".*/\1=\2/p'
}

# submit URL FIELDS: sends the page's hidden fields and these back to where the page came from.
submit() {
  address=$1
  set -- -d "$2"
  for field in $(hidden); do set -- "$@" --data-urlencode "$field"; done
  browse "$@" "$address"
}

url=$AUTHORIZE
legs=0
while [ "${url#http://127.0.0.1/callback?}" = "$url" ]; do
  legs=$((legs + 1))
  [ "$legs" -le 12 ] || fail "the code flow came to no end: $url"
  next=$(browse "$url")
  case "$next,$url" in
    ,*login_challenge=*) next=$(submit "$url" "$LOGIN_FORM") ;;
    ,*consent_challenge=*) next=$(submit "$url" "$CONSENT_FORM") ;;
  esac
  [ -n "$next" ] || fail "a page of the code flow leads nowhere: $url $(cat "$TEMPORARY/page")"
  url=$next
done
CODE=$(printf '%s' "$url" | sed -nE 's/.*[?&]code=([^&]*).*/\1/p')
[ -n "$CODE" ] || fail "no code: $url"
echo "$url"

step '13. The client redeems the code, refreshes, and revokes what it has, which then ends'
call 200 -u "$CLIENT_ID:$SECRET" -d grant_type=authorization_code -d "code=$CODE" -d "code_verifier=$VERIFIER" \
  -d redirect_uri=http://127.0.0.1/callback "$HYDRA/oauth2/token"
claims "$(member access_token)"
call 200 -u "$CLIENT_ID:$SECRET" -d grant_type=refresh_token -d "refresh_token=$(member refresh_token)" "$HYDRA/oauth2/token"
REFRESH=$(member refresh_token)
call 200 -u "$CLIENT_ID:$SECRET" -d "token=$REFRESH" "$HYDRA/oauth2/revoke"
call 400 -u "$CLIENT_ID:$SECRET" -d grant_type=refresh_token -d "refresh_token=$REFRESH" "$HYDRA/oauth2/token"
echo "$ANSWER"

step "Done. To go on by yourself, paste these (the person's token is valid for five minutes):

ADMIN='$ADMIN'
WEB='$CLIENTS/$ID'
curl -sS -H \"Authorization: Bearer \$ADMIN\" '$CLIENTS'
curl -sS -X PATCH -H \"Authorization: Bearer \$ADMIN\" -H 'Content-Type: application/json' -d '{\"name\":\"Mine\"}' \"\$WEB\"

# A fresh token for the same person
ADMIN=\$(curl -sS -H 'X-Session-Token: $SESSION' '$KRATOS/sessions/whoami?tokenize_as=oauth_client_registry' | sed -E 's/.*\"tokenized\":\"([^\"]*)\".*/\\1/')

Or in a browser, as the person of the login app: $REGISTRY/docs"
