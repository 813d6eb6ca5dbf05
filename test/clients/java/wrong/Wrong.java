import registry.api.OAuthClientsApi;

/** Must not compile: an id is a UUID. */
class Wrong {
  Object wrong(OAuthClientsApi registry) throws Exception {
    return registry.getOAuthClient(null, null, "019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f", null, null);
  }
}
