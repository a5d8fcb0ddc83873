package dev.pullcord.agent.journal;

import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.Manifest;
import java.util.List;

/**
 * How a release is made ready besides its files. Another preparation makes another release, also of
 * the same files; whether a worker is restarted is not asked of it.
 *
 * @param commands that build something, in this order
 */
public record Preparation(List<CommandSpec> commands) {
  /** Nothing is built. */
  public static final Preparation NONE = new Preparation(List.of());

  /** Copies. */
  public Preparation {
    commands = List.copyOf(commands);
  }

  /** What a manifest asks for. */
  public static Preparation of(Manifest manifest) {
    return new Preparation(manifest.prepare());
  }
}
