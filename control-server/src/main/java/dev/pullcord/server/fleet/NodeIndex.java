package dev.pullcord.server.fleet;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.StoredNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds nodes by name, id and key, and remembers which of them changed since they were last stored.
 * Not safe for threads: {@link FleetModel} holds its lock around every call.
 */
final class NodeIndex {
  private final TreeMap<NodeName, NodeRecord> nodes = new TreeMap<>();
  private final Map<Long, NodeName> names = new HashMap<>();
  private final Map<NodeKeyId, NodeName> keys = new HashMap<>();
  private final Map<NodeKeyId, NodeTable.Removal> removedKeys = new HashMap<>();
  private final Set<Long> unsaved = new HashSet<>();

  void put(NodeRecord record) {
    nodes.put(record.name(), record);
    names.put(record.id(), record.name());
    keys.put(record.row().key(), record.name());
    unsaved.add(record.id());
  }

  /** Forgets a node; its key is known as removed from now on. */
  void remove(StoredNode node, NodeTable.Removal removal) {
    nodes.remove(node.name());
    names.remove(node.id());
    keys.remove(node.key());
    unsaved.remove(node.id());
    removedKeys.put(node.key(), removal);
  }

  void removed(Map<NodeKeyId, NodeTable.Removal> removals) {
    removedKeys.putAll(removals);
  }

  NavigableMap<NodeName, NodeRecord> byName() {
    return Collections.unmodifiableNavigableMap(nodes);
  }

  Optional<NodeRecord> byName(NodeName name) {
    return Optional.ofNullable(nodes.get(name));
  }

  Optional<NodeRecord> byId(long id) {
    return Optional.ofNullable(names.get(id)).map(nodes::get);
  }

  Optional<NodeRecord> byKey(NodeKeyId key) {
    return Optional.ofNullable(keys.get(key)).map(nodes::get);
  }

  /** How the node ended whose key it was; empty when a node has the key now. */
  Optional<NodeTable.Removal> removal(NodeKeyId key) {
    return keys.containsKey(key) ? Optional.empty() : Optional.ofNullable(removedKeys.get(key));
  }

  /** All of them, to be replaced while they are looked at. */
  List<NodeRecord> all() {
    return List.copyOf(nodes.values());
  }

  /** Those that changed since the last call. */
  List<NodeRecord> takeUnsaved() {
    List<NodeRecord> taken = new ArrayList<>();
    unsaved.forEach(id -> byId(id).ifPresent(taken::add));
    unsaved.clear();
    return taken;
  }

  /** Takes these again at the next call. */
  void notSaved(List<NodeRecord> taken) {
    taken.forEach(n -> unsaved.add(n.id()));
  }
}
