package dev.pullcord.server.dashboard.session;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds wrong tokens: ten within a quarter of an hour from one address, then none of that
 * address's is looked at until the oldest has aged. An IPv6 address stands for its /64, which is
 * one customer's.
 */
public final class SignInLimit {
  /** So many wrong ones. */
  public static final int WRONG_MAX = 10;

  /** Within so long. */
  public static final Duration WINDOW = Duration.ofMinutes(15);

  static final int ADDRESSES_MAX = 10_000;

  private final InstantSource clock;
  private final Map<String, Deque<Instant>> wrong = new LinkedHashMap<>();

  /** Nothing wrong yet. */
  public SignInLimit(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether a token from there is looked at. */
  public synchronized boolean allows(String address) {
    Deque<Instant> times = wrong.get(network(address));
    if (times == null) {
      return true;
    }
    forget(times);
    return times.size() < WRONG_MAX;
  }

  /** A wrong token came from there. */
  public synchronized void failed(String address) {
    String network = network(address);
    if (!wrong.containsKey(network) && wrong.size() >= ADDRESSES_MAX) {
      makeRoom();
    }
    Deque<Instant> times = wrong.computeIfAbsent(network, _ -> new ArrayDeque<>());
    forget(times);
    if (times.size() < WRONG_MAX) {
      times.addLast(clock.instant());
    }
  }

  private void makeRoom() {
    wrong.values().forEach(this::forget);
    wrong.values().removeIf(Deque::isEmpty);
    if (wrong.size() >= ADDRESSES_MAX) {
      wrong.remove(wrong.keySet().iterator().next());
    }
  }

  private void forget(Deque<Instant> times) {
    Instant start = clock.instant().minus(WINDOW);
    while (!times.isEmpty() && !times.getFirst().isAfter(start)) {
      times.removeFirst();
    }
  }

  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      InetAddress parsed = InetAddress.getByName(address.replaceAll("[\\[\\]]|%.*", ""));
      return parsed instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), 8))
          : parsed.getHostAddress();
    } catch (UnknownHostException _) {
      // Not an address at all: it can only come from a proxy, and then it stands for itself.
      return address;
    }
  }
}
