package dev.pullcord.cli.host;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * All that one run of the command may touch.
 *
 * @param environment the environment variables
 * @param in standard input
 * @param out standard output; bytes, since what we write is UTF-8 whatever the locale says
 * @param err standard error
 * @param terminal who is at the other end
 * @param clock what time it is
 * @param programs other programs
 */
public record Host(
    Map<String, String> environment,
    InputStream in,
    OutputStream out,
    OutputStream err,
    Terminal terminal,
    CliClock clock,
    ProgramRunner programs) {
  /** Copies the environment. */
  public Host {
    environment = Map.copyOf(environment);
  }

  /** This process. */
  public static Host real() {
    return new Host(
        System.getenv(),
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        new SystemTerminal(),
        CliClock.system(),
        new SystemProgramRunner());
  }
}
