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

  /** The oldest of a network that can go. */
  Optional<PeerConnection> oldest(String network, long now) {
    LinkedHashSet<PeerConnection> same = networks.get(network);
    return same == null
        ? Optional.empty()
        : same.stream().filter(peer -> peer.canGo(now)).findFirst();
  }

  /** The oldest of the network that has the most, of those of which one can go. */
  Optional<PeerConnection> oldest(long now) {
    return networks.entrySet().stream()
        .max(bySize())
        .flatMap(e -> oldest(e.getKey(), now))
        .or(() -> oldestOfAny(now));
  }

  private Optional<PeerConnection> oldestOfAny(long now) {
    return networks.entrySet().stream()
        .sorted(bySize().reversed())
        .flatMap(e -> oldest(e.getKey(), now).stream())
        .findFirst();
  }

  /** The youngest of the network that has the most, if that is more than so many. */
  Optional<PeerConnection> youngestOfMore(int than) {
    return networks.entrySet().stream()
        .max(bySize())
        .map(Map.Entry::getValue)
        .filter(same -> same.size() > than)
        .flatMap(same -> same.reversed().stream().filter(p -> p.endPoint() != null).findFirst());
  }

  private static Comparator<Map.Entry<String, LinkedHashSet<PeerConnection>>> bySize() {
    return Comparator.comparingInt(entry -> entry.getValue().size());
  }
}
