package dev.pullcord.agent.enroll;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which server this node belongs to: the file {@code node.json}, written by {@link Join}.
 *
 * @param node its name there
 * @param serverUrl the agents' port
 * @param serverPin the server's key there
 * @param repository what it follows
 * @param ref what it followed when it joined; the server's decisions say what it follows now
 * @param nextPin the key that the server will have there; null, and left out, where it has spoken
 *     of none
 */
public record Membership(
    NodeName node,
    String serverUrl,
    String serverPin,
    String repository,
    String ref,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextPin) {
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
          "STATE_DAMAGED  " + file + ": " + e.getOriginalMessage() + "; join again", e);
    } catch (IllegalArgumentException e) {
      throw new IOException("STATE_DAMAGED  " + file + ": " + e.getMessage(), e);
    }
  }

  /** The same with these keys of its server. */
  Membership with(PinnedTrust.ServerPins pins) {
    return new Membership(node, serverUrl, pins.pin(), repository, ref, pins.next());
  }

  /** Which keys its server may have. */
  PinnedTrust.ServerPins pins() {
    return new PinnedTrust.ServerPins(serverPin, nextPin);
  }

  void write(Path state) throws IOException {
    AtomicFiles.write(state.resolve(FILE), PullcordJson.write(this));
  }

  /** Where and who the server is. */
  @JsonIgnore
  public ServerAddress server() {
    return new ServerAddress(serverUrl, serverPin, nextPin);
  }
}
