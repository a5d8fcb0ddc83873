package dev.pullcord.agent.config;

import dev.pullcord.agent.config.AgentConfig.Git;
import dev.pullcord.agent.config.AgentConfig.Notify;
import dev.pullcord.agent.source.GitRemote;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteAccessReader;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Section;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code git} and {@code notify} of {@code agent.yaml}. */
final class FollowedRemoteReader {
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "[::1]", "localhost");

  private static final String RECEIVER_EXPECTED =
      "https://HOST/PATH expected, without a user or a password; or http:// on loopback";

  private FollowedRemoteReader() {}

  static Optional<Git> git(Section git) {
    Optional<RemoteAccess> remote = RemoteAccessReader.read(git, "git");
    Optional<String> branch =
        ConfigReader.value(git, "branch", FollowedRemoteReader::checkedBranch);
    Optional<Duration> poll = git.duration("poll", ConfigReader.POLL_MIN, ConfigReader.POLL_MAX);
    git.finish();
    return remote.map(r -> new Git(r, branch.orElse("main"), poll.orElse(Duration.ofSeconds(30))));
  }

  static Optional<Notify> notify(Section section) {
    section.require("url", "secret-file");
    Optional<URI> url = ConfigReader.value(section, "url", FollowedRemoteReader::receiver);
    Optional<Path> secret = RemoteAccessReader.path(section, "secret-file");
    Optional<Path> ca = RemoteAccessReader.path(section, "ca-file");
    if (ca.isPresent() && url.filter(u -> "http".equals(u.getScheme())).isPresent()) {
      RemoteAccessReader.refuse(section, "ca-file", "it goes with https://");
    }
    section.finish();
    return url.flatMap(u -> secret.map(s -> new Notify(u, s, ca.orElse(null))));
  }

  /** What is sent there is nobody else's business, so it is not sent in the open. */
  private static URI receiver(String text) {
    URI uri;
    try {
      uri = URI.create(text.matches("[!-~]+") ? text : "");
    } catch (IllegalArgumentException e) {
      // The cause is left out: it has the text, where a password may be.
      throw new IllegalArgumentException("no address; " + RECEIVER_EXPECTED);
    }
    boolean here = LOOPBACK.contains(String.valueOf(uri.getHost()));
    boolean web = "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && here);
    if (!web || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(RECEIVER_EXPECTED);
    }
    return uri;
  }

  private static String checkedBranch(String name) {
    if (!GitRemote.isBranch(name)) {
      throw new IllegalArgumentException(Quoted.of(name) + " is not the name of a branch");
    }
    return name;
  }
}
