package dev.pullcord.agent.enroll;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that {@code pullcord-agent join} has run beside a running agent: the node may be another
 * one now, with another key, or may belong to another server. What is half written is not taken for
 * a change; what was taken away is none, and said once. Nor is it one that the running agent itself
 * wrote down which other keys its server has.
 */
public final class EnrolmentWatch {
  private static final Logger LOG = LoggerFactory.getLogger(EnrolmentWatch.class);
  private static final List<String> FILES = List.of("node.json", "certificate.pem", "key.pem");

  private final Path state;
  private List<Object> before;
  private Optional<Membership> member;
  private List<Object> told;

  /** Compares with what the directory has now. */
  public EnrolmentWatch(Path state) {
    this.state = state;
    this.before = look();
    this.member = member();
    this.told = before;
  }

  /** Whether this node has joined anew, completely, since this was made. */
  public boolean changed() {
    List<Object> now = look();
    if (now.equals(before) || !isComplete(now)) {
      return false;
    }
    Optional<Membership> written = member();
    if (sameKey(now) && hasOtherPins(written)) {
      before = now;
      member = written;
      return false;
    }
    return true;
  }

  private boolean sameKey(List<Object> now) {
    return now.subList(1, now.size()).equals(before.subList(1, before.size()));
  }

  /** The running agent has learned them itself; it trusts one of both sets in any case. */
  private boolean hasOtherPins(Optional<Membership> now) {
    return now.isPresent()
        && member.isPresent()
        && !now.get().pins().equals(member.get().pins())
        && now.get().pins().all().stream().anyMatch(member.get().pins().all()::contains)
        && member.get().with(now.get().pins()).equals(now.get());
  }

  private Optional<Membership> member() {
    try {
      return Membership.read(state);
    } catch (IOException e) {
      return Optional.empty(); // isComplete says so
    }
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
      List<Object> its;
      try {
        Object modified = Files.getLastModifiedTime(file);
        its = List.of(modified, Arrays.hashCode(Files.readAllBytes(file)));
      } catch (NoSuchFileException e) {
        its = List.of("missing");
      } catch (IOException e) {
        its = List.of("unreadable");
      }
      found.add(its);
    }
    return found;
  }
}
