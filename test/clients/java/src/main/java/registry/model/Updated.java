package registry.model;

import java.util.List;
import java.util.Map;

/** What a PATCH answers: the client, or what a dry run found. The document has two types, which `native` cannot tell apart. */
public class Updated extends OAuthClient {
  /** True where the call was a dry run; null where these members are those of the client. */
  public Boolean dry_run;

  public Map<String, Object> changes;
  public List<Effect> effects;
}
