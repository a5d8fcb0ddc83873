package dev.pullcord.server.http.connection;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Connections of strangers by network, each network's in order of age. Not for several threads. */
final class Crowd {
  private final Map<String, LinkedHashSet<PeerConnection>> networks = new HashMap<>();
  private int size;

  void add(PeerConnection peer) {
    if (networks.computeIfAbsent(peer.network, _ -> new LinkedHashSet<>()).add(peer)) {
      size++;
    }
  }

  void remove(PeerConnection peer) {
    Set<PeerConnection> same = networks.get(peer.network);
    if (same != null && same.remove(peer)) {
      size--;
      if (same.isEmpty()) {
        networks.remove(peer.network);
      }
    }
  }

  int size() {
    return size;
  }

  int size(String network) {
    Set<PeerConnection> same = networks.get(network);
    return same == null ? 0 : same.size();
  }

  /** The oldest of a network that can be closed and does not wait for us. */
  Optional<PeerConnection> oldest(String network) {
    LinkedHashSet<PeerConnection> same = networks.get(network);
    return same == null
        ? Optional.empty()
        : same.stream().filter(p -> p.endPoint() != null && p.waiting == null).findFirst();
  }

  /** The oldest of the network that has the most. */
  Optional<PeerConnection> oldest() {
    return networks.entrySet().stream()
        .max(Comparator.comparingInt(e -> e.getValue().size()))
        .flatMap(e -> oldest(e.getKey()));
  }
}
