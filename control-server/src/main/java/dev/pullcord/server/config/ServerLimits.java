package dev.pullcord.server.config;

import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.host.ProcessLimits;
import dev.pullcord.server.http.connection.ConnectionLimits;
import dev.pullcord.server.security.limit.Shares;
import java.util.Optional;

/**
 * How much of everything there is, and how much of it one caller may have: {@code limits} of {@code
 * server.yaml}. Each key has a brother that ends in {@code -each}.
 *
 * @param people connections of people's port
 * @param agents connections of the agents' port
 * @param bodies bytes of request bodies that are read into memory at once
 * @param eventStreams of the API
 * @param pages live pages of the dashboard
 * @param logs that are being read
 * @param pushes under way, those that watch included
 * @param fetches of people, under way
 * @param forwarded requests that a standby has the active server answer
 */
public record ServerLimits(
    ConnectionLimits people,
    ConnectionLimits agents,
    Part bodies,
    Part eventStreams,
    Part pages,
    Part logs,
    Part pushes,
    Part fetches,
    Part forwarded) {
  private static final int BODIES_HEAP_SHARE = 16;
  private static final long BODIES_MIN_BYTES = 16 << 20;
  private static final int MANY = 1_000_000;

  /**
   * So much in all, and so much for one.
   *
   * @param retrySeconds when to ask again
   */
  public record Part(String what, String key, long all, long each, int retrySeconds) {
    /** To be handed out. */
    public Shares shares() {
      return new Shares(what, key, all, each, retrySeconds);
    }

    private Part read(Section section, boolean bytes) {
      Optional<Long> wanted = amount(section, key, bytes);
      long most = wanted.orElse(all);
      long one = amount(section, key + "-each", bytes).orElse(Math.min(each, most));
      if (one > most) {
        section
            .problems()
            .add(
                "RANGE",
                section.mapping(),
                key + "-each is " + one + "; at most " + key + ", " + most + ", expected");
      }
      return new Part(what, key, most, one, retrySeconds);
    }

    private static Optional<Long> amount(Section section, String key, boolean bytes) {
      return bytes ? section.size(key, 1 << 20, 1L << 40) : section.integer(key, 1, MANY);
    }
  }

  /** What fits this machine. */
  public static ServerLimits standard() {
    long bodies = Math.max(BODIES_MIN_BYTES, ProcessLimits.heapBytes() / BODIES_HEAP_SHARE);
    return new ServerLimits(
        ConnectionLimits.ofPeople(ProcessLimits.descriptors(), ProcessLimits.heapBytes()),
        ConnectionLimits.ofAgents(ProcessLimits.descriptors(), ProcessLimits.heapBytes()),
        new Part("bytes of request bodies", "bodies", bodies, bodies / 4, 1),
        new Part("event streams", "event-streams", 200, 20, 15),
        new Part("live pages", "live-pages", 256, 32, 15),
        new Part("logs being read", "logs", 50, 10, 5),
        new Part("pushes", "pushes", 64, 16, 10),
        new Part("fetches", "fetches", 64, 16, 5),
        new Part("requests to the active server", "forwarded", 200, 100, 1));
  }

  /** What a file says, and the standard where it says nothing; what is wrong is recorded. */
  public static ServerLimits read(Section section) {
    ServerLimits standard = standard();
    ServerLimits limits =
        new ServerLimits(
            connections(section, standard.people),
            connections(section, standard.agents),
            standard.bodies.read(section, true),
            standard.eventStreams.read(section, false),
            standard.pages.read(section, false),
            standard.logs.read(section, false),
            standard.pushes.read(section, false),
            standard.fetches.read(section, false),
            standard.forwarded.read(section, false));
    section.finish();
    return limits;
  }

  private static ConnectionLimits connections(Section section, ConnectionLimits usual) {
    int open = count(section, "connections").orElse(usual.open());
    ConnectionLimits fitting = ConnectionLimits.of(open, usual.strangers());
    int strangers = count(section, "strangers").orElse(fitting.strangers());
    return new ConnectionLimits(
        open,
        strangers,
        count(section, "strangers-per-address").orElse(Math.max(1, strangers / 2)),
        count(section, "connections-each").orElse(Math.min(usual.perCaller(), open)),
        usual.hello(),
        usual.handshake(),
        usual.header(),
        usual.request(),
        usual.idle());
  }

  private static Optional<Integer> count(Section section, String key) {
    return section.integer(key, 1, MANY).map(Long::intValue);
  }
}
