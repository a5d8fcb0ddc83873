package dev.pullcord.server.http.connection;

import java.time.Duration;

/**
 * How many connections a port keeps, and how long it waits. A stranger is a connection that has
 * shown no credentials yet.
 *
 * @param open in all
 * @param strangers in a TLS handshake or after it
 * @param strangersPerAddress the same from one address
 * @param perCaller that have shown the same node key or the same token
 * @param hello from the connection to its first whole TLS record
 * @param handshake from the connection to the end of the handshake
 * @param header of a stranger: from there, or the last answer, to a whole request header
 * @param request of a stranger: for the request with its body and its answer
 * @param idle of a known caller: between an answer and the next whole request header
 */
public record ConnectionLimits(
    int open,
    int strangers,
    int strangersPerAddress,
    int perCaller,
    Duration hello,
    Duration handshake,
    Duration header,
    Duration request,
    Duration idle) {
  /** So many more may wait that have sent no whole TLS record: they cost little. */
  static final int SILENT_FACTOR = 4;

  private static final int OPEN_MAX = 64_000;

  /** People's port gets that part of all connections, and so many where there are enough. */
  private static final int PEOPLE_SHARE = 8;

  private static final int PEOPLE_MIN = 1024;
  private static final int DESCRIPTORS_KEPT = 512;
  private static final long STRANGER_BYTES = 64 << 10;
  private static final int HEAP_SHARE = 8;
  private static final int STRANGERS_MIN = 128;
  private static final int STRANGERS_MAX = 4096;
  private static final int CALLER_MAX = 256;

  /**
   * What fits a machine, for the agents' port. Nearly all connections are those of nodes.
   *
   * @param descriptors how many files the process may have open
   * @param heapBytes how large its heap may become
   */
  public static ConnectionLimits ofAgents(long descriptors, long heapBytes) {
    long all = descriptors - DESCRIPTORS_KEPT;
    return fitting(all - people(all), heapBytes);
  }

  /** The same for people's port. */
  public static ConnectionLimits ofPeople(long descriptors, long heapBytes) {
    return fitting(people(descriptors - DESCRIPTORS_KEPT), heapBytes);
  }

  private static long people(long all) {
    return Math.max(all / PEOPLE_SHARE, Math.min(PEOPLE_MIN, all / 2));
  }

  private static ConnectionLimits fitting(long connections, long heapBytes) {
    int open = Math.clamp(connections, STRANGERS_MIN, OPEN_MAX);
    int byHeap = Math.clamp(heapBytes / HEAP_SHARE / STRANGER_BYTES, STRANGERS_MIN, STRANGERS_MAX);
    return of(open, byHeap);
  }

  /** Strangers, those that are silent included, never take more than half of all. */
  public static ConnectionLimits of(int open, int strangers) {
    int fitting = Math.max(1, Math.min(strangers, open / 2 / (SILENT_FACTOR + 1)));
    return new ConnectionLimits(
        open,
        fitting,
        Math.max(1, fitting / 2),
        CALLER_MAX,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60));
  }
}
