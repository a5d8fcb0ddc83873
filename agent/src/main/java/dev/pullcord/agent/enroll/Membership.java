package dev.pullcord.agent.enroll;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says which server this node belongs to: it is the file {@code node.json}, written by {@link
 * Join}.
 *
 * @param node its name there
 * @param serverUrl the agents' port
 * @param serverPin the server's key there
 * @param repository what it follows
 * @param ref what it followed when it joined; the server's decisions say what it follows now
 * @param nextPin the last one of the keys that the server vouches for: the key that it will have
 *     there, or that of another server; null, and left out, where it vouches for none
 * @param otherPins all others that it vouches for; null, and left out, where there are none
 */
public record Membership(
    NodeName node,
    String serverUrl,
    String serverPin,
    String repository,
    String ref,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextPin,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> otherPins) {
  private static final String FILE = "node.json";

  /** What the state directory says; empty for a node that has not joined. */
  public static Optional<Membership> read(Path state) throws IOException {
    Path file = state.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Membership read = PullcordJson.read(Files.readAllBytes(file), Membership.class);
      ServerAddress unused = read.server();
      return Optional.of(read);
    } catch (JacksonException e) {
      throw new IOException(
          "STATE_DAMAGED  "
              + file
              + ": "
              + e.getOriginalMessage()
              + "; to become a node anew: pullcord node remove NODE, then"
              + " pullcord-agent join --anew",
          e);
    } catch (IllegalArgumentException e) {
      throw new IOException("STATE_DAMAGED  " + file + ": " + e.getMessage(), e);
    }
  }

  /** Of a node that has joined a server with these keys. */
  static Membership of(EnrollReply reply, String serverUrl, PinnedTrust.ServerPins pins) {
    return new Membership(reply.node(), serverUrl, pins.pin(), reply.repository(), reply.ref())
        .with(pins);
  }

  private Membership(
      NodeName node, String serverUrl, String serverPin, String repository, String ref) {
    this(node, serverUrl, serverPin, repository, ref, null, null);
  }

  /** The same with these keys of its server. */
  Membership with(PinnedTrust.ServerPins pins) {
    List<String> others = pins.others().isEmpty() ? null : List.copyOf(pins.others());
    return new Membership(node, serverUrl, pins.pin(), repository, ref, pins.next(), others);
  }

  /** Which keys its server may have. */
  PinnedTrust.ServerPins pins() {
    Set<String> others = otherPins == null ? Set.of() : new TreeSet<>(otherPins);
    return new PinnedTrust.ServerPins(serverPin, nextPin, others);
  }

  void write(Path state) throws IOException {
    AtomicFiles.write(state.resolve(FILE), PullcordJson.write(this));
  }

  /** Where and who the server is. */
  @JsonIgnore
  public ServerAddress server() {
    return new ServerAddress(serverUrl, pins());
  }
}
