package dev.pullcord.agent.fake;

import dev.pullcord.agent.systemd.ServiceManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A {@code systemctl} that runs {@code pullcord-worker@.service} as systemd does, as far as the
 * agent can see: a unit is started once, gets one SIGTERM however often it is stopped, and leaves a
 * note of its end. Its state are the files of a directory.
 */
public final class FakeSystemd {
  private static final String SYSTEMCTL =
      """
      #!/bin/sh
      units=%1$s state=%2$s
      shift 2
      verb=$1
      for unit do :; done
      number=${unit#pullcord-worker@}; number=${number%%.service}
      echo "$verb $unit" >> "$units/asked"
      if [ -e "$units/refuse-$verb" ]; then
        echo "Failed to $verb $unit: Access denied" >&2
        exit 4
      fi
      case $verb in
      show)
        [ ! -e "$units/not-installed" ] || { echo LoadState=not-found; exit 0; }
        echo "ExecStart={ path=/usr/bin/env ; argv[]=/usr/bin/env -i /bin/sh" \\
          "$state/generations/$number/start ; ignore_errors=no }"
        echo LoadState=loaded ;;
      start)
        mkdir "$units/$number" 2> /dev/null || exit 0
        setsid sh -c '
          env -i /bin/sh "$1/start" & pid=$!
          echo $pid > "$2/pid"
          wait $pid; code=$?
          case $code in
          137) how="killed KILL" ;;
          143) how="killed TERM" ;;
          *) how="exited $code" ;;
          esac
          read -r boot < /proc/sys/kernel/random/boot_id
          echo "$boot $how" > "$1/ended"' sh "$state/generations/$number" "$units/$number" \\
          > /dev/null 2>&1 < /dev/null & ;;
      stop)
        mkdir "$units/$number/stopping" 2> /dev/null || exit 0
        kill -TERM "$(cat "$units/$number/pid")" ;;
      esac
      """;

  private final Path units;
  private final Path program;

  /** One that knows no unit yet, for an agent with that state directory. */
  public FakeSystemd(Path home, Path state) throws IOException {
    this.units = Files.createDirectories(home.resolve("units"));
    this.program = home.resolve("systemctl");
    Files.writeString(program, SYSTEMCTL.formatted(units, state));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** As an agent sees it that is one of its units. */
  public ServiceManager manager() {
    return new ServiceManager(program.toString(), true);
  }

  /** From now on that verb is denied. */
  public void refuse(String verb) throws IOException {
    Files.createFile(units.resolve("refuse-" + verb));
  }

  /** And now it is not any more. */
  public void allow(String verb) throws IOException {
    Files.delete(units.resolve("refuse-" + verb));
  }

  /** There is no template unit. */
  public void notInstalled() throws IOException {
    Files.createFile(units.resolve("not-installed"));
  }

  /** What it was asked to do so far, a verb and a unit each. */
  public List<String> asked() throws IOException {
    Path asked = units.resolve("asked");
    return Files.exists(asked) ? Files.readAllLines(asked) : List.of();
  }
}
