package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.ProcessId;
import org.jspecify.annotations.Nullable;

/** What came of starting a worker. */
public sealed interface StartResult {
  /**
   * It was started; whether it is well is for its health to say.
   *
   * @param generation its number
   * @param process that very one; null where it has none of its own
   */
  record Running(long generation, @Nullable ProcessId process) implements StartResult {}

  /**
   * The release is at fault.
   *
   * @param reason one line
   * @param exitCode of a process that ended before it could be seen
   */
  record Unstartable(String reason, @Nullable Integer exitCode) implements StartResult {}

  /**
   * The host is at fault.
   *
   * @param reason one line
   */
  record HostFault(String reason) implements StartResult {}
}
