import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import registry.ApiClient;
import registry.ApiException;
import registry.api.OAuthClientsApi;
import registry.model.CreateOAuthClient;
import registry.model.GrantType;
import registry.model.OAuthClient;
import registry.model.Problem;
import registry.model.ProblemCode;
import registry.model.TokenEndpointAuthMethod;
import registry.model.UpdateOAuthClient;
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
                .redirectUris(Set.of(URI.create("https://shop.example.com/callback"))));
    expect(created.getClientSecret() != null, "the answer shows a secret");
    UUID id = created.getId();

    // Finds it in the list, and alone.
    expect(registry.listOAuthClients(org, project, 5, null).getData().get(0).getId().equals(id), "the list has it");
    expect(registry.getOAuthClient(org, project, id).getClientSecret() == null, "a secret is not shown again");

    // Null changes nothing.
    OAuthClient patched =
        registry.updateOAuthClient(org, project, id, new UpdateOAuthClient().name("Renamed").description(null), null);
    expect(patched.getName().equals("Renamed"), "the client is renamed");
    expect(
        patched.getTokenEndpointAuthMethod() == TokenEndpointAuthMethod.CLIENT_SECRET_BASIC, "the method is as it was");

    // Other grant types are refused with a problem that has a type.
    UpdateOAuthClient others = new UpdateOAuthClient().grantTypes(Set.of(GrantType.CLIENT_CREDENTIALS));
    Problem refused = problemOf(() -> registry.updateOAuthClient(org, project, id, others, null));
    expect(refused.getCode() == ProblemCode.VALIDATION_FAILED, "the problem has a code");
    expect(refused.getErrors().get(0).getCode() == ViolationCode.GRANT_TYPES_IMMUTABLE, "the violation has a code");

    // A new secret, and the end.
    OAuthClient rotated = registry.rotateOAuthClientSecret(org, project, id, null);
    expect(!rotated.getClientSecret().equals(created.getClientSecret()), "the secret is new");
    registry.deleteOAuthClient(org, project, id, null);
    Problem gone = problemOf(() -> registry.getOAuthClient(org, project, id));
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
