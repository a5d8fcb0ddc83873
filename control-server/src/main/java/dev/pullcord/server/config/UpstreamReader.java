package dev.pullcord.server.config;

import dev.pullcord.git.BranchNames;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteAccessReader;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.config.UpstreamConfig.Refs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code upstream} of {@code server.yaml}; what is wrong with it is recorded. */
final class UpstreamReader {
  private static final Duration POLL = Duration.ofMinutes(1);
  private static final Duration POLL_LEAST = Duration.ofSeconds(1);
  private static final Duration POLL_MOST = Duration.ofDays(1);
  private static final int PATTERNS_MAX = 50;
  private static final int PATTERN_LENGTH = 200;

  private UpstreamReader() {}

  static Optional<UpstreamConfig> read(Section section) {
    Optional<RemoteAccess> remote = RemoteAccessReader.read(section, "upstream");
    Refs refs = new Refs(patterns(section, "branches"), patterns(section, "tags"));
    Duration poll = section.duration("poll", POLL_LEAST, POLL_MOST).orElse(POLL);
    HostLinks host = HostLinks.read(section);
    section.node("status"); // read by StatusReader: it is told by the outbox of alerts
    section.finish();
    return remote.map(r -> new UpstreamConfig(r, refs, poll, host));
  }

  private static List<String> patterns(Section section, String key) {
    List<String> patterns = section.texts(key, PATTERNS_MAX).orElse(List.of());
    patterns.stream()
        .filter(p -> p.length() > PATTERN_LENGTH || !BranchNames.isBranch(p.replace('*', 'x')))
        .forEach(p ->
            wrong(section, key, Quoted.of(p) + "; a name, or one with * for any text, expected"));
    return patterns;
  }

  private static void wrong(Section section, String key, String what) {
    section.node(key).ifPresent(node -> section.problems().add("VALUE", node, what));
  }
}
