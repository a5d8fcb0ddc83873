package dev.pullcord.server.backup;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.NameList;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a backup says of itself, in its part {@code backup.json}.
 *
 * @param format how the file is laid out; a program refuses one that is newer than its own
 * @param version of the program that made it
 * @param madeAt by that server's clock
 * @param schema the number of the newest change of the store's schema
 * @param revision the newest decision in it
 * @param incarnation which start of the server counted it; null for one that never ran
 * @param nodes how many have joined
 * @param refs branches and tags with their commits
 * @param fingerprints of the keys of both ports
 */
public record BackupContent(
    int format,
    String version,
    Instant madeAt,
    int schema,
    long revision,
    @Nullable String incarnation,
    int nodes,
    Map<String, String> refs,
    Map<String, String> fingerprints) {
  /** The layout that this program writes. */
  public static final int FORMAT = 1;

  private static final int REFS_SHOWN = 10;

  /** Copies. */
  public BackupContent {
    refs = Map.copyOf(refs);
    fingerprints = Map.copyOf(fingerprints);
  }

  /** Several lines for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("made      ").append(madeAt).append(" by pullcord-server ").append(version);
    text.append("\nstore     revision ").append(revision);
    if (incarnation != null) {
      text.append(", incarnation ").append(incarnation);
    }
    text.append(", schema ").append(schema);
    text.append("\nnodes     ").append(nodes);
    text.append("\nrefs      ").append(refs.isEmpty() ? "none" : shownRefs());
    new TreeMap<>(fingerprints)
        .forEach(
            (port, print) -> text.append("\nkey       ").append(port).append("  ").append(print));
    return text.toString();
  }

  private String shownRefs() {
    List<String> all =
        new TreeMap<>(refs)
            .entrySet().stream()
                .map(ref ->
                    ref.getKey().replaceFirst("^refs/(heads|tags)/", "")
                        + " "
                        + new CommitId(ref.getValue()).abbreviated())
                .toList();
    return NameList.folded(all, REFS_SHOWN);
  }
}
