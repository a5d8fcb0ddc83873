package dev.pullcord.agent.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pullcord.protocol.manifest.CommandSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The preparation of a release: what is built besides its files. Another preparation makes another
 * release, also of the same files.
 *
 * @param commands that build something, in this order
 * @param venv the key of its Python environment; null for none
 * @param links from elsewhere on the host into it: the path in the release by where the link is
 */
public record Preparation(
    List<CommandSpec> commands,
    @Nullable String venv,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> links) {
  /** Nothing is built. */
  public static final Preparation NONE = new Preparation(List.of(), null, Map.of());

  /** Copies; an older journal has no links. */
  public Preparation {
    commands = List.copyOf(commands);
    links = links == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(links));
  }
}
