package dev.pullcord.agent.fake;

import dev.pullcord.agent.worker.systemd.ServiceManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A {@code systemctl} that runs {@code pullcord-worker@.service}, and units of somebody else's, as
 * systemd does, as far as the agent can see: a unit is started once, gets one SIGTERM however often
 * it is stopped, and leaves a note of its end. Its state are the files of a directory.
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
        echo "See system logs and 'systemctl status $unit' for details." >&2
        exit 4
      fi
      [ ! -e "$units/no-bus" ] || {
        echo "Failed to connect to bus: No such file or directory" >&2; exit 1; }
      service=$units/services/$unit
      case $verb:$unit in
      *:pullcord-worker@*) ;;
      show:*)
        [ -d "$service" ] || { echo LoadState=not-found; echo ActiveState=inactive; exit 0; }
        [ ! -e "$service/load" ] || {
          echo "LoadState=$(cat "$service/load")"; echo ActiveState=inactive; exit 0; }
        pid=$(cat "$service/pid" 2> /dev/null) && [ ! -e "$service/exit" ] || pid=0
        echo LoadState=loaded
        if [ $pid = 0 ]; then echo ActiveState=inactive
        elif [ -e "$service/stopping" ]; then echo ActiveState=deactivating
        else echo ActiveState=active; fi
        echo "InvocationID=$(cat "$service/invocation" 2> /dev/null)"
        echo "MainPID=$pid"
        echo "ExecMainCode=$([ -e "$service/exit" ] && echo 1 || echo 0)"
        echo "ExecMainStatus=$(cat "$service/exit" 2> /dev/null)"
        if [ -e "$service/enabled" ]; then echo UnitFileState=enabled
        else echo UnitFileState=disabled; fi
        exit ;;
      start:*)
        [ ! -e "$service/pid" ] || [ -e "$service/exit" ] || exit 0
        rm -rf "$service/pid" "$service/exit" "$service/stopping"
        setsid sh -c '
          sh "$1/program" & echo $! > "$1/pid.new"
          cat /proc/sys/kernel/random/uuid > "$1/invocation"
          mv "$1/pid.new" "$1/pid"
          wait $!; echo $? > "$1/exit"' sh "$service" > /dev/null 2>&1 < /dev/null &
        until [ -e "$service/pid" ]; do sleep 0.01; done
        exit ;;
      stop:*)
        [ -e "$service/pid" ] && [ ! -e "$service/exit" ] || exit 0
        mkdir "$service/stopping" 2> /dev/null || exit 0
        kill -TERM "$(cat "$service/pid")"
        exit ;;
      disable:*) rm -f "$service/enabled"; exit ;;
      esac
      case $verb in
      show)
        [ ! -e "$units/not-installed" ] || { echo LoadState=not-found; exit 0; }
        [ ! -e "$units/masked" ] || { echo LoadState=masked; exit 0; }
        echo "ExecStart={ path=/usr/bin/env ; argv[]=/usr/bin/env -i HOME=\\${HOME} /bin/sh" \\
          "$state/generations/$number/run ; ignore_errors=no }"
        echo "User=$(id -un)"
        echo LoadState=loaded
        pid=$(cat "$units/$number/pid" 2> /dev/null)
        if [ -z "$pid" ] || [ ! -e "/proc/$pid" ]; then echo ActiveState=inactive
        elif [ -e "$units/$number/stopping" ]; then echo ActiveState=deactivating
        else echo ActiveState=active; fi ;;
      start)
        mkdir "$units/$number" 2> /dev/null || exit 0
        ! rm "$units/hangs" 2> /dev/null || {
          setsid sleep 60 > /dev/null 2>&1 < /dev/null & echo $! > "$units/$number/pid"; exit; }
        setsid sh -c '
          export USER=$(id -un)
          does() { sh %3$s "$1" $2 "$USER" "$3" "$4/handover"; }
          does begin $1 "$2" "$3" || {
            SERVICE_RESULT=exec-condition; export SERVICE_RESULT; does ended $1 "$2" "$3"; exit; }
          env -i HOME="$HOME" /bin/sh "$2/generations/$1/run" & MAINPID=$!; export MAINPID
          echo $MAINPID > "$3/$1/pid"
          does began $1 "$2" "$3"
          wait $MAINPID; EXIT_STATUS=$? EXIT_CODE=exited
          case $EXIT_STATUS in
          137) EXIT_CODE=killed EXIT_STATUS=KILL ;;
          143) EXIT_CODE=killed EXIT_STATUS=TERM ;;
          esac
          export EXIT_CODE EXIT_STATUS; does ended $1 "$2" "$3"' sh "$number" "$state" "$units" \\
          > /dev/null 2>&1 < /dev/null & ;;
      stop)
        mkdir "$units/$number/stopping" 2> /dev/null || exit 0
        USER=$(id -un) MAINPID=$(cat "$units/$number/pid") \\
          sh %3$s stopping $number "$(id -un)" "$state" "$units/handover"
        kill -TERM "$(cat "$units/$number/pid")" ;;
      esac
      """;

  /** What the real units run beside their workers. */
  private static final Path SCRIPT =
      Path.of(System.getProperty("pullcord.root"), "systemd/lib/pullcord-generation");

  private final Path units;
  private final Path state;
  private final Path program;

  /** One that knows no unit yet, for an agent with that state directory. */
  public FakeSystemd(Path home, Path state) throws IOException {
    this.units = Files.createDirectories(home.resolve("units"));
    Files.createDirectories(units.resolve("handover"));
    this.state = state;
    this.program = home.resolve("systemctl");
    Files.writeString(program, SYSTEMCTL.formatted(units, state, SCRIPT));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A unit of somebody else's, enabled, which runs that with sh. */
  public void service(String unit, String program) throws IOException {
    Path service = Files.createDirectories(units.resolve("services").resolve(unit));
    Files.writeString(service.resolve("program"), program);
    Files.createFile(service.resolve("enabled"));
  }

  /** What an administrator does. */
  public void systemctl(String verb, String unit) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(program.toString(), "-", "-", verb, unit).start();
    if (process.waitFor() != 0) {
      throw new AssertionError(verb + " " + unit);
    }
  }

  /** Kills whatever of its units runs; true when the end of each has been noted, and none goes. */
  public boolean idle() {
    try (Stream<Path> all = Files.walk(units)) {
      List<Path> running =
          all.filter(path -> path.endsWith("pid"))
              .filter(pid -> !noted(Objects.requireNonNull(pid.getParent())))
              .toList();
      for (Path pid : running) {
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
      return running.isEmpty();
    } catch (NoSuchFileException e) {
      return false;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return false; // a unit that ends takes its files along
      }
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A generation's note is there from its start on, and empty until it has ended. */
  private boolean noted(Path unit) {
    Path ended = state.resolve("generations/" + unit.getFileName() + "/ended");
    try {
      return Files.exists(unit.resolve("exit")) || (Files.exists(ended) && Files.size(ended) > 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a boot starts it. */
  public boolean enabled(String unit) {
    return Files.exists(units.resolve("services").resolve(unit).resolve("enabled"));
  }

  /** As an agent sees it that is one of its units. */
  public ServiceManager manager() {
    return new ServiceManager(
        program.toString(), true, units.resolve("handover"), units.resolve("commands.sock"));
  }

  /** From now on that verb is denied. */
  public void refuse(String verb) throws IOException {
    Files.createFile(units.resolve("refuse-" + verb));
  }

  /** And now it is not any more. */
  public void allow(String verb) throws IOException {
    Files.delete(units.resolve("refuse-" + verb));
  }

  /** The template unit is masked. */
  public void masked() throws IOException {
    Files.createFile(units.resolve("masked"));
  }

  /** From now on systemd says that of loading a unit, and the unit is not active. */
  public void loads(String unit, String state) throws IOException {
    Files.writeString(units.resolve("services").resolve(unit).resolve("load"), state);
  }

  /** Nobody reaches systemd any more. */
  public void losesItsBus() throws IOException {
    Files.createFile(units.resolve("no-bus"));
  }

  /** And now they do again. */
  public void findsItsBus() throws IOException {
    Files.delete(units.resolve("no-bus"));
  }

  /** It is not any more. */
  public void unmasked() throws IOException {
    Files.delete(units.resolve("masked"));
  }

  /** The next unit that is started runs and never comes to its worker. */
  public void hangs() throws IOException {
    Files.createFile(units.resolve("hangs"));
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
