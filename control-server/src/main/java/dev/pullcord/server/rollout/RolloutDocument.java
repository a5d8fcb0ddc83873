package dev.pullcord.server.rollout;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps of a rollout in one column. Equal rollouts are written the same.
 *
 * @param rules the manifest's
 * @param origins what single nodes ran before it
 * @param progress how far it is
 * @param orderedBy who gave it the last order
 */
record RolloutDocument(
    RolloutRules rules,
    Map<String, CommitId> origins,
    Rollout progress,
    @Nullable String orderedBy) {
  static RolloutDocument read(String json, String of) {
    try {
      return PullcordJson.read(json, RolloutDocument.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(
          "the store holds a rollout of " + of + " that cannot be read", e);
    }
  }

  String written() {
    return PullcordJson.write(this);
  }
}
