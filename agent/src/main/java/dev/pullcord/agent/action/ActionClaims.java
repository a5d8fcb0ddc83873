package dev.pullcord.agent.action;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.RunState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders that this node has taken up, each a file that is on the disk before its command
 * starts. So a command is never started twice: not by an order that comes twice, not after a kill,
 * and not by a server that was restored from a backup. Of an order that the agent before had begun
 * and not ended nobody knows how it ended, and that is what is noted of it at the start.
 *
 * <p>Used by one agent alone, which holds the lock of the state directory.
 */
final class ActionClaims {
  /** The newest are remembered; an order that is older than all of them is not offered any more. */
  static final int KEPT = 500;

  private static final Logger LOG = LoggerFactory.getLogger(ActionClaims.class);
  private static final Pattern KEY = Pattern.compile("[0-9a-z]{1,32}(-[0-9a-z]{1,64})?");
  private static final String LOST =
      "the agent was killed, or the host went down, while it ran; what was left of it was killed";

  private final Path directory;
  private final HostClock clock;
  private final Map<String, ActionClaim> claims = new HashMap<>();

  /**
   * Reads what is there.
   *
   * @param directory {@code actions/}
   */
  ActionClaims(Path directory, HostClock clock) throws IOException {
    this.directory = directory;
    this.clock = clock;
    AtomicFiles.createPrivateDirectories(directory);
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.filter(file -> file.toString().endsWith(".json")).toList();
    }
    for (Path file : files) {
      read(file).ifPresent(claim -> claims.put(claim.key(), claim.brief()));
    }
  }

  /** Whether that can be the key of an order at all, and so the name of a file. */
  static boolean isKey(String key) {
    return KEY.matcher(key).matches();
  }

  /** Whether it was ever taken up here. */
  synchronized boolean knows(String key) {
    return claims.containsKey(key);
  }

  /**
   * Takes an order up, once: it is on the disk when this returns.
   *
   * @throws IOException when the disk does not take it; the command must not be started then
   */
  synchronized void claim(String key, String action) throws IOException {
    if (claims.containsKey(key)) {
      throw new IllegalStateException("order " + key + " was taken up before");
    }
    ActionClaim claim = ActionClaim.of(key, action, clock.now());
    claims.put(key, claim); // also if the disk fails: nobody knows what is on it
    write(claim);
    forgetOldest();
  }

  /** Notes how it ended, with what it wrote, until the server has it. */
  synchronized void ended(
      String key, RunState state, ActionReports.Outcome outcome, long before, String output) {
    ActionClaim claim = claims.getOrDefault(key, ActionClaim.of(key, "?", clock.now()));
    ActionClaim ended = claim.ended(state, outcome, before, output);
    claims.put(key, ended.brief());
    try {
      // Not forced: a power failure before the server has it makes it unknown, and no worse.
      AtomicFiles.writeUnforced(file(key), PullcordJson.write(ended));
    } catch (IOException e) {
      // It is told from memory; only a kill before that makes it unknown.
      LOG.error("the end of action {} is not noted: {}", claim.action(), FileFault.of(e));
    }
  }

  /** The server has stored its end. */
  synchronized void settled(String key) {
    ActionClaim claim = claims.get(key);
    if (claim == null || claim.settled()) {
      return;
    }
    ActionClaim delivered = claim.delivered();
    claims.put(key, delivered);
    try {
      AtomicFiles.writeUnforced(file(key), PullcordJson.write(delivered));
    } catch (IOException e) {
      LOG.debug("{} is told once more after the next start: {}", key, FileFault.of(e));
    }
  }

  /** What is noted of it, with its output. */
  synchronized Optional<ActionClaim> of(String key) {
    ActionClaim brief = claims.get(key);
    return brief == null ? Optional.empty() : read(file(key)).or(() -> Optional.of(brief));
  }

  /** The orders whose end the server does not have; those that were under way have ended. */
  synchronized List<ActionClaim> untold() {
    List<ActionClaim> untold = new ArrayList<>();
    for (ActionClaim claim : List.copyOf(claims.values())) {
      if (claim.state() == RunState.RUNNING) {
        LOG.warn("action {} of order {}: {}", claim.action(), claim.key(), LOST);
        ended(claim.key(), RunState.UNKNOWN, new ActionReports.Outcome(null, 0, LOST), 0, "");
      }
      if (!claim.settled()) {
        of(claim.key()).ifPresent(untold::add);
      }
    }
    untold.sort(Comparator.comparing(ActionClaim::at));
    return untold;
  }

  private void forgetOldest() {
    if (claims.size() <= KEPT) {
      return;
    }
    Optional<ActionClaim> oldest =
        claims.values().stream()
            .filter(ActionClaim::settled)
            .min(Comparator.comparing(ActionClaim::at));
    if (oldest.isPresent()) {
      claims.remove(oldest.get().key());
      try {
        AtomicFiles.remove(file(oldest.get().key()));
      } catch (IOException e) {
        LOG.debug("an old order is remembered longer: {}", FileFault.of(e));
      }
    }
  }

  private void write(ActionClaim claim) throws IOException {
    AtomicFiles.write(
        file(claim.key()), PullcordJson.write(claim).getBytes(StandardCharsets.UTF_8));
  }

  private Path file(String key) {
    return directory.resolve(key + ".json");
  }

  /** A file that cannot be read is a claim all the same: its name says of which order. */
  private Optional<ActionClaim> read(Path file) {
    String key = file.getFileName().toString().replaceFirst("\\.json$", "");
    if (!isKey(key) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(PullcordJson.read(Files.readAllBytes(file), ActionClaim.class));
    } catch (JacksonException e) {
      LOG.error("STATE_DAMAGED  {} is not as it was written", file);
    } catch (IOException e) {
      LOG.error("{} cannot be read: {}", file, FileFault.of(e));
    }
    return Optional.of(ActionClaim.of(key, "?", clock.now()));
  }
}
