package dev.pullcord.agent.history;

import dev.pullcord.protocol.manifest.CommandSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a release is made ready besides its files. Another preparation makes another release, also of
 * the same files.
 *
 * @param commands that build something, in this order
 * @param venv the key of its Python environment; null for none
 */
public record Preparation(List<CommandSpec> commands, @Nullable String venv) {
  /** Nothing is built. */
  public static final Preparation NONE = new Preparation(List.of(), null);

  /** Copies. */
  public Preparation {
    commands = List.copyOf(commands);
  }
}
