package dev.pullcord.agent.channel;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.tls.PinnedTrust.ServerPins;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.channel.ServerEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows where this node finds a server: at the address that it joined, and at those that the
 * servers told of, with the key that was last seen at each. The address that it joined is always
 * among them, so that no list can lock the node out.
 *
 * <p>What was learned is in {@code servers.json}. A file that is damaged is not used: the node
 * begins with the address that it joined, and learns the others again.
 */
public final class ServerList {
  /** Its name in the state directory. */
  public static final String FILE = "servers.json";

  private static final Logger LOG = LoggerFactory.getLogger(ServerList.class);
  private static final int MOST = ServerEvent.Servers.MOST;
  private static final long LARGEST = 64 << 10;

  private final Path file;
  private ServerAddress joined;
  private Learned learned;

  private ServerList(Path file, ServerAddress joined, Learned learned) {
    this.file = file;
    this.joined = joined;
    this.learned = learned;
  }

  /** What the state directory of that node has. */
  public static ServerList open(Path state, ServerAddress joined) {
    Path file = state.resolve(FILE);
    Learned nothing = new Learned(joined.url(), List.of(), Map.of());
    try {
      return new ServerList(file, joined, read(file).orElse(nothing));
    } catch (IOException e) {
      String what = e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
      LOG.warn("{} is damaged ({}); the servers in it are learned again", file, what);
      return new ServerList(file, joined, nothing);
    }
  }

  private static Optional<Learned> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > LARGEST) {
      throw new IOException("it is longer than " + LARGEST + " bytes");
    }
    return Optional.of(PullcordJson.read(Files.readAllBytes(file), Learned.class));
  }

  /** How many addresses there are to try. */
  public synchronized int size() {
    return all().size();
  }

  /** Where to begin: at the server that the node was connected to last. */
  public synchronized ServerAddress first() {
    return address(all().contains(learned.at()) ? learned.at() : joined.url());
  }

  /** Where to go from there; the same address again where there is no other. */
  public synchronized ServerAddress after(String url) {
    List<String> all = all();
    return address(all.get((all.indexOf(url) + 1) % all.size()));
  }

  /** All but that one, in the order in which they are tried after it. */
  synchronized List<ServerAddress> others(String url) {
    List<ServerAddress> others = new ArrayList<>();
    for (ServerAddress next = after(url); !next.url().equals(url) && others.size() < size(); ) {
      others.add(next);
      next = after(next.url());
    }
    return others;
  }

  /** Takes what a server told in place of what was told before. */
  public synchronized void learn(List<String> told) {
    List<String> others =
        told.stream()
            .filter(ServerList::isAddress)
            .map(ServerAddress::checked)
            .filter(url -> !url.equals(joined.url()))
            .distinct()
            .limit(MOST)
            .toList();
    if (!others.equals(learned.urls())) {
      LOG.info("servers from now on: {}", String.join(", ", with(others)));
      Map<String, String> pins = new TreeMap<>(learned.pins());
      pins.keySet().retainAll(others);
      keep(new Learned(learned.at(), others, pins));
    }
  }

  /** Notes that the node is connected to that server, which is tried first from now on. */
  public synchronized void connected(String url) {
    if (!learned.at().equals(url)) {
      keep(new Learned(url, learned.urls(), learned.pins()));
    }
  }

  /** Notes which key a server has. */
  public synchronized void seen(String url, ServerPins pins) {
    if (url.equals(joined.url())) {
      joined = new ServerAddress(url, pins);
    } else if (learned.urls().contains(url) && !pins.pin().equals(learned.pins().get(url))) {
      Map<String, String> all = new TreeMap<>(learned.pins());
      all.put(url, pins.pin());
      keep(new Learned(learned.at(), learned.urls(), all));
    }
  }

  private List<String> all() {
    return with(learned.urls());
  }

  private List<String> with(List<String> others) {
    List<String> all = new ArrayList<>(List.of(joined.url()));
    all.addAll(others);
    return all;
  }

  private ServerAddress address(String url) {
    if (url.equals(joined.url())) {
      return joined;
    }
    String pin = learned.pins().get(url);
    ServerPins own = joined.pins();
    return new ServerAddress(url, pin == null ? own : new ServerPins(pin, null).and(own));
  }

  private static boolean isAddress(String url) {
    try {
      ServerAddress.checked(url);
      return true;
    } catch (IllegalArgumentException e) {
      LOG.warn("a server told of an address that is none: {}", e.getMessage());
      return false;
    }
  }

  private void keep(Learned now) {
    learned = now;
    try {
      AtomicFiles.write(file, PullcordJson.write(now));
    } catch (IOException e) {
      LOG.warn("{} could not be written, and is learned again: {}", file, e.getMessage());
    }
  }

  /**
   * What is in the file.
   *
   * @param at where the node was connected last
   * @param urls what servers told of, without the address that was joined
   * @param pins the key that was last seen at an address
   */
  private record Learned(String at, List<String> urls, Map<String, String> pins) {
    Learned {
      urls = List.copyOf(urls);
      pins = Map.copyOf(pins);
      ServerAddress.checked(at);
      if (urls.size() > MOST || !urls.stream().allMatch(u -> ServerAddress.checked(u).equals(u))) {
        throw new IllegalArgumentException("at most " + MOST + " addresses expected");
      }
      if (pins.size() > MOST) {
        throw new IllegalArgumentException("at most " + MOST + " keys expected");
      }
      pins.forEach(ServerAddress::new);
    }
  }
}
