package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.HoldCalls;
import dev.pullcord.client.ServerReply;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** What people do all the time, at whichever server takes it; and what was acknowledged of it. */
final class SteadyWork implements AutoCloseable {
  private static final String SIDE = "refs/heads/side";
  private static final Duration BETWEEN = Duration.ofMillis(250);

  private final List<DatabaseServer> servers;
  private final Path tree;
  private final Map<String, String> environment;
  private final Collection<String> notes = new ConcurrentLinkedQueue<>();
  private final Collection<String> tags = new ConcurrentLinkedQueue<>();
  private final Map<String, String> pins = new ConcurrentHashMap<>();
  private final List<String> mains = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile String side = "";
  private volatile boolean over;

  SteadyWork(List<DatabaseServer> servers, Path directory, String authorization)
      throws IOException {
    this.servers = servers;
    this.tree = Files.createDirectory(directory.resolve("tree"));
    this.environment = environment(directory, authorization);
    git("init", "-q", "-b", "main", ".");
    Files.writeString(
        tree.resolve("pullcord.yaml"),
        """
        version: 1
        bundles:
          data: {paths: [data/], on-change: nothing}
        rollout: {strategy: rolling, max-unavailable: 25%}
        """);
    Files.createDirectory(tree.resolve("data"));
    commit("first");
    mains.add(head());
    assertThat(pushed("HEAD:refs/heads/main")).isTrue();
  }

  private static Map<String, String> environment(Path home, String authorization) {
    return Map.ofEntries(
        Map.entry("HOME", home.toString()),
        Map.entry("GIT_CONFIG_NOSYSTEM", "1"),
        Map.entry("GIT_CONFIG_GLOBAL", "/dev/null"),
        Map.entry("GIT_TERMINAL_PROMPT", "0"),
        Map.entry("GIT_AUTHOR_NAME", "Ada"),
        Map.entry("GIT_AUTHOR_EMAIL", "ada@example.org"),
        Map.entry("GIT_COMMITTER_NAME", "Ada"),
        Map.entry("GIT_COMMITTER_EMAIL", "ada@example.org"),
        Map.entry("GIT_SSL_NO_VERIFY", "1"),
        Map.entry("GIT_HTTP_LOW_SPEED_LIMIT", "1"),
        Map.entry("GIT_HTTP_LOW_SPEED_TIME", "5"),
        Map.entry("GIT_CONFIG_COUNT", "2"),
        Map.entry("GIT_CONFIG_KEY_0", "http.extraHeader"),
        Map.entry("GIT_CONFIG_VALUE_0", authorization),
        Map.entry("GIT_CONFIG_KEY_1", "http.proxy"),
        Map.entry("GIT_CONFIG_VALUE_1", ""));
  }

  void begin() {
    threads.add(Thread.startVirtualThread(this::note));
    threads.add(Thread.startVirtualThread(this::push));
  }

  private void note() {
    for (int i = 0; !over; i++) {
      String what = "note-" + i;
      for (DatabaseServer server : servers) {
        if (server.note(what) instanceof ServerReply.Got) {
          notes.add(what);
          break;
        }
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }

  private void push() {
    for (int i = 0; !over; i++) {
      String commit = commit("side " + i);
      String tag = "refs/tags/t" + i;
      // No later push brings a tag back that was lost.
      if (pushed(commit + ":" + SIDE, commit + ":" + tag)) {
        side = commit;
        tags.add(tag);
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }

  /** Commits to a branch of its own; each is the child of the one before. */
  private synchronized String commit(String what) {
    try {
      Files.writeString(tree.resolve("data/x"), what + "\n");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    git("add", "--all");
    git("commit", "-q", "-m", what);
    return head();
  }

  private String head() {
    return git("rev-parse", "HEAD").strip();
  }

  /** Moves the branch that the nodes follow, to what was committed so far. */
  boolean moveMain() {
    String commit = commit("main " + mains.size());
    mains.add(commit);
    return pushed(commit + ":refs/heads/main");
  }

  /** All that {@code main} was, or was to be; oldest first. */
  List<String> mains() {
    return List.copyOf(mains);
  }

  /** Pins a node to the newest commit of the side branch that was acknowledged. */
  void pin(DatabaseServer server, String node) {
    String commit = side;
    PinView.Request request = new PinView.Request(commit, "10h", "shots");
    ServerReply<PinView> reply = new HoldCalls(server.client()).pin(new NodeName(node), request);
    if (reply instanceof ServerReply.Got) {
      pins.put(node, commit);
    }
  }

  boolean isPinned(String node) {
    return pins.containsKey(node);
  }

  int acknowledged() {
    return notes.size() + pins.size() + tags.size();
  }

  private boolean pushed(String... what) {
    return servers.stream().anyMatch(server -> pushed(server, what));
  }

  private boolean pushed(DatabaseServer server, String... what) {
    List<String> arguments = new ArrayList<>(List.of("push", "-q", "-f"));
    arguments.add(server.url() + "/git/fleet.git");
    arguments.addAll(List.of(what));
    return call(arguments.toArray(String[]::new)).run().exit() == 0;
  }

  /** All that was acknowledged before this is there. */
  void isThere(DatabaseServer server) {
    List<String> notedBefore = List.copyOf(notes);
    Map<String, String> pinnedBefore = Map.copyOf(pins);
    String pushedBefore = side;
    List<String> taggedBefore = List.copyOf(tags);
    assertThat(server.notes()).containsAll(notedBefore);
    List<String> pinned =
        new HoldCalls(server.client())
            .pins().orThrow().pins().stream().map(pin -> pin.node() + " " + pin.commit()).toList();
    pinnedBefore.forEach((node, commit) -> assertThat(pinned).contains(node + " " + commit));
    List<String> there =
        git("ls-remote", server.url() + "/git/fleet.git", "refs/tags/*")
            .lines()
            .map(line -> line.substring(line.indexOf('\t') + 1))
            .toList();
    assertThat(there).containsAll(taggedBefore);
    git("fetch", "-q", "-f", server.url() + "/git/fleet.git", SIDE + ":refs/there");
    git("merge-base", "--is-ancestor", pushedBefore, "refs/there");
  }

  private ProgramCall call(String... arguments) {
    List<String> argv = new ArrayList<>(List.of("git"));
    argv.addAll(List.of(arguments));
    return ProgramCall.of(tree, environment, argv);
  }

  private String git(String... arguments) {
    return call(arguments).runOrFail().output();
  }

  @Override
  public void close() {
    over = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
