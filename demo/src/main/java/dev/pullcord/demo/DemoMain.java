package dev.pullcord.demo;

import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.demo.celery.Broker;
import dev.pullcord.demo.celery.CeleryTour;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.BuiltPrograms;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./pullcord demo}. Exit code 0 when all that was claimed held, 1 when something did not, 2
 * for wrong usage.
 */
@Command(
    name = "./pullcord demo",
    description = "A control server and agents on this machine, with workers that grep.",
    mixinStandardHelpOptions = true)
public final class DemoMain implements Callable<Integer> {
  private static final int MOST_NODES = 50;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--once", description = "push twice, check what happened, and end")
  private boolean once;

  @Option(
      names = "--celery",
      description = "with real Celery workers and a Redis of its own; needs both installed")
  private boolean celery;

  @Option(names = "--nodes", paramLabel = "N", description = "how many agents; 3 by default")
  private int nodes = 3;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "keep all files in this new directory")
  private @Nullable Path keep;

  @Option(
      names = "--train",
      hidden = true,
      description = "one push, to leave start-up caches beside the programs' jars")
  private boolean train;

  private volatile @Nullable Broker broker;

  private DemoMain() {}

  /** Runs the demo and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new DemoMain()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (nodes < 1 || nodes > MOST_NODES) {
      throw wrong("--nodes " + nodes + ": a number from 1 to " + MOST_NODES + " is expected");
    }
    DemoOutput screen = screen();
    Path directory = directory();
    BuiltPrograms programs = BuiltPrograms.ofThisBuild();
    LocalFleet fleet = LocalFleet.create(directory, train ? programs.inTraining() : programs);
    Thread hook = new Thread(() -> afterCtrlC(fleet, screen), "ctrl-c");
    Runtime.getRuntime().addShutdownHook(hook);
    boolean held = show(fleet, screen);
    if (!withdrawn(hook)) {
      return 1;
    }
    boolean ended = end(fleet, screen, keep == null && held);
    if (held && ended && !train) {
      screen.nextStep();
    }
    return held && ended ? 0 : 1;
  }

  private void afterCtrlC(LocalFleet fleet, DemoOutput screen) {
    screen.giveTo(Thread.currentThread());
    if (end(fleet, screen, keep == null)) {
      screen.nextStep();
    }
  }

  /** Too late when Ctrl-C came first: then the hook ends the fleet and the process. */
  private static boolean withdrawn(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private boolean show(LocalFleet fleet, DemoOutput screen) {
    try {
      Tour tour = tour(fleet, screen);
      new Opening(fleet, screen).run(nodes, tour);
      if (train) {
        fleet.trainCli();
        return true;
      }
      return once ? tour.once() : new LiveDemo(fleet, screen, tour).run();
    } catch (IllegalStateException | UncheckedIOException e) {
      screen.bad(String.valueOf(e.getMessage()));
      return false;
    } catch (RuntimeException e) {
      screen.bad(e.toString()); // and the files stay
      return false;
    }
  }

  private Tour tour(LocalFleet fleet, DemoOutput screen) {
    if (!celery) {
      return new GrepTour(fleet, screen);
    }
    Broker started = Broker.started(fleet.directory());
    broker = started;
    return new CeleryTour(fleet, screen, started);
  }

  /** Also what Ctrl-C does. A run that failed leaves its files, to be looked at. */
  private boolean end(LocalFleet fleet, DemoOutput screen, boolean delete) {
    screen.line("");
    fleet.close();
    Broker started = broker;
    if (started != null) {
      started.close();
    }
    List<String> survivors = fleet.living();
    survivors.forEach(survivor -> screen.bad(survivor + " still runs"));
    if (survivors.isEmpty()) {
      screen.good("every process that was started has ended");
    }
    if (!delete || !survivors.isEmpty()) {
      screen.line("files: " + fleet.directory());
      return survivors.isEmpty();
    }
    try {
      FileTrees.delete(fleet.directory());
      return true;
    } catch (IOException e) {
      screen.bad("cannot delete " + fleet.directory() + ": " + e.getMessage());
      return false;
    }
  }

  private Path directory() throws IOException {
    if (keep == null) {
      return Files.createTempDirectory("pullcord-demo-").toRealPath();
    }
    if (Files.exists(keep)) {
      try (Stream<Path> content = Files.list(keep)) {
        if (content.findAny().isPresent()) {
          throw wrong("--keep " + keep + " is not empty: a new directory is expected");
        }
      }
    }
    return Files.createDirectories(keep.toAbsolutePath()).toRealPath();
  }

  private ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private static DemoOutput screen() {
    boolean terminal = System.console() != null && System.console().isTerminal();
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    return new DemoOutput(out, terminal && System.getenv("NO_COLOR") == null);
  }
}
