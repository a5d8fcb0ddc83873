package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.ProcessId;

/** What came of starting a worker. */
public sealed interface StartResult {
  /**
   * It was forked; whether it is well is for its health to say.
   *
   * @param generation its number
   * @param process that very one
   */
  record Running(long generation, ProcessId process) implements StartResult {}

  /**
   * The release is at fault.
   *
   * @param reason one line
   */
  record Unstartable(String reason) implements StartResult {}

  /**
   * The host is at fault.
   *
   * @param reason one line
   */
  record HostFault(String reason) implements StartResult {}
}
