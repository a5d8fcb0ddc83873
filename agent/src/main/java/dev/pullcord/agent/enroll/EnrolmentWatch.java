package dev.pullcord.agent.enroll;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that {@code pullcord-agent join} has run beside a running agent: the node may be another
 * one now, with another key, or may belong to another server. What is half written is not taken for
 * a change; what was taken away is none, and said once.
 */
public final class EnrolmentWatch {
  private static final Logger LOG = LoggerFactory.getLogger(EnrolmentWatch.class);
  private static final List<String> FILES = List.of("node.json", "certificate.pem", "key.pem");

  private final Path state;
  private final List<Object> before;
  private List<Object> told;

  /** Compares with what the directory has now. */
  public EnrolmentWatch(Path state) {
    this.state = state;
    this.before = look();
    this.told = before;
  }

  /** Whether this node has joined anew, completely, since this was made. */
  public boolean changed() {
    List<Object> now = look();
    return !now.equals(before) && isComplete(now);
  }

  private boolean isComplete(List<Object> now) {
    try {
      NodeKeyFiles.read(state);
      if (Membership.read(state).isPresent()) {
        return true;
      }
      tell(now, state.resolve("node.json") + " is gone");
    } catch (IOException e) {
      tell(now, String.valueOf(e.getMessage()));
    }
    return false;
  }

  private void tell(List<Object> now, String what) {
    if (!now.equals(told)) {
      told = now;
      LOG.warn("{}; this agent goes on as the node that it was started as", what);
    }
  }

  private List<Object> look() {
    List<Object> found = new ArrayList<>();
    for (String name : FILES) {
      Path file = state.resolve(name);
      try {
        found.add(Files.getLastModifiedTime(file));
        found.add(Arrays.hashCode(Files.readAllBytes(file)));
      } catch (NoSuchFileException e) {
        found.add("missing");
      } catch (IOException e) {
        found.add("unreadable");
      }
    }
    return found;
  }
}
