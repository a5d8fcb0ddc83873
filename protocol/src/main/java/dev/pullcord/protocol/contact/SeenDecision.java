package dev.pullcord.protocol.contact;

import dev.pullcord.protocol.id.CommitId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The decision that stands on a node: the highest one that it has seen. Said in the header {@link
 * #HEADER} when the agent opens a session or a stream and when it asks what to run, so that a
 * server that was restored from an older state learns that there was more.
 *
 * @param revision the number of the decision
 * @param incarnation of the server that made it; null from a server of the version before
 * @param commit what it asks for; null when it asks for nothing
 */
public record SeenDecision(long revision, @Nullable String incarnation, @Nullable CommitId commit) {
  /** The header. */
  public static final String HEADER = "Pullcord-Seen";

  private static final String NONE = "-";
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,18}) ([A-Za-z0-9-]{1,64}) ([0-9a-f]{40}|-)");

  /** {@code 41 5f1e2d3c4b5a6978 3f2a91c0…}; a dash for what is not there. */
  public String header() {
    return revision
        + " "
        + (incarnation == null ? NONE : incarnation)
        + " "
        + (commit == null ? NONE : commit.value());
  }

  /** What such a header says; empty when it is none. */
  public static Optional<SeenDecision> parse(String header) {
    Matcher form = FORM.matcher(header.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    String incarnation = form.group(2);
    String commit = form.group(3);
    return Optional.of(
        new SeenDecision(
            Long.parseLong(form.group(1)),
            incarnation.equals(NONE) ? null : incarnation,
            commit.equals(NONE) ? null : new CommitId(commit)));
  }
}
