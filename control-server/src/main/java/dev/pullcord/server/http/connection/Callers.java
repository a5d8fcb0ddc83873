package dev.pullcord.server.http.connection;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Those of a port that have shown credentials, by caller, and which of them are idle, in the order
 * in which they became so. Not for several threads.
 */
final class Callers {
  private final Map<String, LinkedHashSet<PeerConnection>> callers = new HashMap<>();
  private final LinkedHashSet<PeerConnection> idle = new LinkedHashSet<>();

  void add(PeerConnection peer, String caller) {
    callers.computeIfAbsent(caller, _ -> new LinkedHashSet<>()).add(peer);
    peer.caller = caller;
    peer.stage = PeerConnection.Stage.KNOWN;
  }

  void remove(PeerConnection peer) {
    idle.remove(peer);
    Set<PeerConnection> same = peer.caller == null ? null : callers.get(peer.caller);
    if (same != null && same.remove(peer) && same.isEmpty()) {
      callers.remove(peer.caller);
    }
  }

  int size(String caller) {
    Set<PeerConnection> same = callers.get(caller);
    return same == null ? 0 : same.size();
  }

  /** The first one of a caller that has no request. */
  Optional<PeerConnection> idleOf(String caller) {
    Set<PeerConnection> same = callers.getOrDefault(caller, new LinkedHashSet<>());
    return same.stream().filter(peer -> peer.requests == 0).findFirst();
  }

  /** A request begins, or the connection goes. */
  void busy(PeerConnection peer) {
    idle.remove(peer);
  }

  /** Its last request has ended. */
  void idle(PeerConnection peer) {
    if (peer.stage == PeerConnection.Stage.KNOWN && peer.requests == 0 && !peer.closing) {
      idle.add(peer);
    }
  }

  Optional<PeerConnection> longestIdle() {
    return idle.stream().filter(peer -> peer.endPoint() != null).findFirst();
  }
}
