package dev.pullcord.agent.rights;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which refs, kinds of workers, actions and links the node's owner allows. What a commit asks for
 * beyond that is not done, and the reason names the line of {@code agent.yaml}.
 *
 * @param refs names, or {@code release/*} for all below; empty for all
 * @param kinds words of the manifest; empty for all
 * @param actions names; null for all
 * @param targets where a commit may have a link into its release: absolute paths, or {@code
 *     /opt/app/} for all below; empty for nowhere
 * @param asRoot whether all of it may run as root, where it would: see {@link Rights#refusal}
 */
public record AllowedWork(
    List<String> refs,
    List<String> kinds,
    @Nullable List<String> actions,
    List<String> targets,
    boolean asRoot) {
  /** Whatever is asked for, also as root, without a link anywhere. */
  public static final AllowedWork ALL = new AllowedWork(List.of(), List.of());

  /** Whatever is asked for, where it does not run as root: of an owner who says nothing. */
  public static final AllowedWork USUAL =
      new AllowedWork(List.of(), List.of(), null, List.of(), false);

  /**
   * What an owner allows who says nothing. Where systemd does not run the host, as in a container,
   * there are no units and often no user but root: then all of it may run as root.
   *
   * @param systemd whether it runs the host
   */
  public static AllowedWork usual(boolean systemd) {
    return systemd ? USUAL : ALL;
  }

  /** These refs and kinds, and all actions, also as root. */
  public AllowedWork(List<String> refs, List<String> kinds) {
    this(refs, kinds, null, List.of());
  }

  /** These refs, kinds, actions and links, also as root. */
  public AllowedWork(
      List<String> refs, List<String> kinds, @Nullable List<String> actions, List<String> targets) {
    this(refs, kinds, actions, targets, true);
  }

  /** Copies. */
  public AllowedWork {
    refs = List.copyOf(refs);
    kinds = List.copyOf(kinds);
    targets = List.copyOf(targets);
    actions = actions == null ? null : List.copyOf(actions);
  }

  /** Why an action is not run on this node; empty when it is. */
  public Optional<String> refuses(String action) {
    if (actions == null || actions.contains(action)) {
      return Optional.empty();
    }
    return Optional.of(
        "agent.yaml does not allow action %s; it has actions: %s"
            .formatted(action, actions.isEmpty() ? "none" : actions));
  }

  /** Why these workers of a ref are not run on this node; empty when they are. */
  public Optional<String> refuses(String ref, Collection<WorkerSpec> workers) {
    if (!refs.isEmpty() && refs.stream().noneMatch(allowed -> isOf(ref, allowed))) {
      return Optional.of(
          "agent.yaml does not allow ref %s; it has refs: %s".formatted(Quoted.of(ref), refs));
    }
    return workers.stream()
        .filter(worker -> !kinds.isEmpty() && !kinds.contains(worker.work().kind()))
        .findFirst()
        .map(worker ->
            "agent.yaml does not allow kind %s of worker %s; it has kinds: %s"
                .formatted(worker.work().kind(), worker.name(), kinds));
  }

  /** Why links are not made at these places; empty when they are. */
  public Optional<String> refusesLinks(Collection<String> places) {
    return places.stream()
        .filter(place ->
            targets.stream()
                .noneMatch(t -> t.endsWith("/") ? place.startsWith(t) : place.equals(t)))
        .findFirst()
        .map(place ->
            "agent.yaml does not allow target %s; it has %s"
                .formatted(place, targets.isEmpty() ? "no targets" : "targets: " + targets));
  }

  private static boolean isOf(String ref, String allowed) {
    return allowed.endsWith("/*")
        ? ref.startsWith(allowed.substring(0, allowed.length() - 1))
        : ref.equals(allowed);
  }

  /** For the first line of the log. */
  public String text() {
    return (refs.isEmpty() ? "" : ", refs " + String.join(" ", refs))
        + (kinds.isEmpty() ? "" : ", kinds " + String.join(" ", kinds))
        + (actions == null
            ? ""
            : ", actions " + (actions.isEmpty() ? "none" : String.join(" ", actions)))
        + (targets.isEmpty() ? "" : ", targets " + String.join(" ", targets))
        + (asRoot ? ", as-root" : "");
  }
}
