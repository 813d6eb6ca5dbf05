import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import registry.ApiClient;
import registry.ApiException;
import registry.api.OAuthClientsApi;
import registry.api.OAuthClientsApi.APIListOAuthClientsRequest;
import registry.api.OAuthClientsApi.APIRotateOAuthClientSecretRequest;
import registry.model.CreateOAuthClient;
import registry.model.DryRun;
import registry.model.EffectCode;
import registry.model.GrantType;
import registry.model.OAuthClient;
import registry.model.Problem;
import registry.model.ProblemCode;
import registry.model.TokenEndpointAuthMethod;
import registry.model.UpdateOAuthClient;
import registry.model.Updated;
import registry.model.ViolationCode;

/** Every call on a client, through what openapi-generator makes of the document. An id is a UUID: a String does not compile. */
public class Main {
  private static final ApiClient CLIENT = new ApiClient();

  private interface Call {
    Object run() throws ApiException;
  }

  public static void main(String[] arguments) throws Exception {
    CLIENT.updateBaseUri(System.getenv("REGISTRY_URL"));
    String authorization = "Bearer " + System.getenv("REGISTRY_TOKEN");
    CLIENT.setRequestInterceptor(request -> request.header("Authorization", authorization));
    OAuthClientsApi registry = new OAuthClientsApi(CLIENT);
    UUID org = UUID.fromString(System.getenv("ORG_ID"));
    UUID project = UUID.fromString(System.getenv("PROJECT_ID"));

    // Makes a client: its secret is shown in this answer.
    OAuthClient created =
        registry.createOAuthClient(
            org,
            project,
            new CreateOAuthClient()
                .name("Made by openapi-generator")
                .grantTypes(new LinkedHashSet<>(List.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN)))
                .redirectUris(Set.of(URI.create("https://shop.example.com/callback"))),
            null,
            null);
    expect(created.getClientSecret() != null, "the answer shows a secret");
    UUID id = created.getId();

    // Finds it in the list, and alone.
    APIListOAuthClientsRequest five =
        APIListOAuthClientsRequest.newBuilder().orgId(org).projectId(project).limit(5).build();
    expect(registry.listOAuthClients(five).getData().get(0).getId().equals(id), "the list has it");
    OAuthClient read = registry.getOAuthClient(org, project, id, null, null);
    expect(read.getClientSecret() == null, "a secret is not shown again");

    // Asks first: nothing is done.
    UpdateOAuthClient rename = new UpdateOAuthClient().name("Renamed").description(null);
    Updated asked = registry.updateOAuthClient(org, project, id, rename, true, null, null);
    expect(((Map<?, ?>) asked.changes.get("name")).get("to").equals("Renamed"), "the change is told");
    CreateOAuthClient another =
        new CreateOAuthClient().name("Only asked").grantTypes(Set.of(GrantType.CLIENT_CREDENTIALS));
    expect(registry.createOAuthClient(org, project, another, true, null).getId() == null, "nothing is made");
    DryRun end = registry.deleteOAuthClient(org, project, id, true, null, null);
    expect(
        end.getEffects().stream().anyMatch(effect -> effect.getCode() == EffectCode.CLIENT_IS_GONE_FOR_GOOD),
        "the end is told");

    // Null changes nothing.
    Updated patched = registry.updateOAuthClient(org, project, id, rename, null, null, null);
    expect(patched.dry_run == null, "the answer is a client");
    expect(patched.getName().equals("Renamed"), "the client is renamed");
    expect(
        patched.getTokenEndpointAuthMethod() == TokenEndpointAuthMethod.CLIENT_SECRET_BASIC, "the method is as it was");

    // Other grant types are refused with a problem that has a type.
    UpdateOAuthClient others = new UpdateOAuthClient().grantTypes(Set.of(GrantType.CLIENT_CREDENTIALS));
    Problem refused = problemOf(() -> registry.updateOAuthClient(org, project, id, others, null, null, null));
    expect(refused.getCode() == ProblemCode.VALIDATION_FAILED, "the problem has a code");
    expect(refused.getErrors().get(0).getCode() == ViolationCode.GRANT_TYPES_IMMUTABLE, "the violation has a code");

    // A new secret, whose call may be repeated, and the end.
    APIRotateOAuthClientSecretRequest call =
        APIRotateOAuthClientSecretRequest.newBuilder()
            .orgId(org)
            .projectId(project)
            .oauthClientId(id)
            .idempotencyKey(UUID.randomUUID().toString())
            .build();
    OAuthClient rotated = registry.rotateOAuthClientSecret(call);
    expect(registry.rotateOAuthClientSecret(call).equals(rotated), "the answer is repeated");
    expect(!rotated.getClientSecret().equals(created.getClientSecret()), "the secret is new");
    registry.deleteOAuthClient(org, project, id, null, null, null);
    Problem gone = problemOf(() -> registry.getOAuthClient(org, project, id, null, null));
    expect(gone.getCode() == ProblemCode.NOT_FOUND, "the client is gone");
  }

  private static Problem problemOf(Call call) throws Exception {
    try {
      throw new AssertionError("answered " + call.run());
    } catch (ApiException refusal) {
      return CLIENT.getObjectMapper().readValue(refusal.getResponseBody(), Problem.class);
    }
  }

  private static void expect(boolean holds, String what) {
    if (!holds) throw new AssertionError("does not hold: " + what);
  }
}
