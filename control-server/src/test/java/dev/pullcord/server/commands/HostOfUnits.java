package dev.pullcord.server.commands;

import dev.pullcord.base.host.DaemonUnits;
import java.util.List;

/** A host that remembers what systemd was told about the server's unit. */
public final class HostOfUnits implements DaemonUnits.HostProgram {
  private boolean systemd = true;
  private boolean installed = true;
  private boolean enabled;
  private boolean active;
  private boolean failing;

  /** The units of the server on this host. */
  public DaemonUnits units() {
    return new DaemonUnits(List.of("pullcord-server.service"), this);
  }

  public HostOfUnits withoutSystemd() {
    systemd = false;
    return this;
  }

  public HostOfUnits withoutUnit() {
    installed = false;
    return this;
  }

  /** Starts fail from now on. */
  public HostOfUnits failing() {
    failing = true;
    return this;
  }

  public boolean isEnabled() {
    return enabled;
  }

  public boolean isActive() {
    return active;
  }

  @Override
  public DaemonUnits.Result run(List<String> argv) {
    if (!systemd) {
      return new DaemonUnits.Result(1, "systemd does not run this host");
    }
    if (argv.getFirst().equals("journalctl")) {
      return new DaemonUnits.Result(0, "BIND  cannot listen on *:8420\n");
    }
    return switch (argv.get(3)) {
      case "show" ->
          new DaemonUnits.Result(
              0,
              switch (argv.get(4)) {
                case "--property=Version" -> "252\n";
                case "--property=ExecStart" ->
                    "{ path=/usr/bin/pullcord-server ; argv[]=/usr/bin/pullcord-server run --state"
                        + " /var/lib/pullcord-server ; ignore_errors=no }\n";
                default -> installed ? "loaded\n" : "not-found\n";
              });
      case "is-enabled" -> new DaemonUnits.Result(enabled ? 0 : 1, "");
      case "is-active" -> new DaemonUnits.Result(0, active ? "active\n" : "inactive\n");
      case "enable" -> {
        enabled = true;
        active = !failing;
        yield new DaemonUnits.Result(failing ? 1 : 0, failing ? "Job failed.\n" : "");
      }
      default -> new DaemonUnits.Result(1, "unknown verb " + argv);
    };
  }
}
