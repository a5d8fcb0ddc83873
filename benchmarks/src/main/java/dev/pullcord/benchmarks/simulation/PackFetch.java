package dev.pullcord.benchmarks.simulation;

import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets a commit's pack and counts its bytes. Where the server has no pack of the step, an agent
 * fetches as git does; here all of the commit is asked for. A refusal of that, as of a server that
 * has too much to do, is no fetch: it is asked again after a while.
 */
final class PackFetch {
  private final Server server;
  private final Pause pause;

  PackFetch(Server server, Pause pause) {
    this.server = server;
    this.pause = pause;
  }

  /** What answers. */
  @FunctionalInterface
  interface Server {
    /**
     * The content at that path; empty when it is refused.
     *
     * @throws IOException if there is no answer
     */
    Optional<InputStream> content(String path) throws IOException;
  }

  /** The time between two tries, longer after each. */
  @FunctionalInterface
  interface Pause {
    void rest() throws InterruptedException;
  }

  /**
   * How many bytes came.
   *
   * @param have what is there before; null for nothing
   * @param stop whether it is no longer wanted
   * @return empty when it was stopped
   */
  OptionalLong bytes(
      String repository, @Nullable CommitId have, CommitId want, BooleanSupplier stop)
      throws InterruptedException {
    String all = "/git/" + repository + ".git/delta?want=" + want;
    String step = have == null ? all : all.replace("want=", "have=" + have + "&want=");
    while (!stop.getAsBoolean()) {
      try {
        Optional<InputStream> asked = server.content(step);
        if (asked.isEmpty() && have != null) {
          asked = server.content(all);
        }
        if (asked.isPresent()) {
          try (InputStream in = asked.get()) {
            return OptionalLong.of(in.transferTo(OutputStream.nullOutputStream()));
          }
        }
      } catch (IOException e) {
        // The server is away.
      }
      pause.rest();
    }
    return OptionalLong.empty();
  }
}
