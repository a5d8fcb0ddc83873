package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.protocol.manifest.WorkerSpec;
import org.jspecify.annotations.Nullable;

/** The result of starting a worker. */
public sealed interface StartResult {
  /**
   * It was started; whether it is well is for its health to say.
   *
   * @param generation its number
   * @param text what is known of it: its pid, or what its command wrote
   */
  record Running(long generation, String text) implements StartResult {}

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

  /** A program that cannot be run, by whose fault it is. */
  static StartResult of(WorkerSpec spec, ProgramFault why) {
    String reason = "worker " + spec.name() + ": " + why.text();
    return why.ofRelease() ? new Unstartable(reason, null) : new HostFault(reason);
  }
}
