package dev.pullcord.protocol.manifest.read.kind;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.Limits;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what only a worker of kind {@code celery} has. It owns the arguments that would break a
 * handover: each is refused by name, with what to write instead.
 */
public final class CeleryReader implements WorkReader {
  private static final int LIST_MAX = 256;
  private static final Duration CANARY_TIMEOUT = Duration.ofSeconds(10);

  /** Without turning back, which would take a frame of the stack for each part. */
  private static final Pattern APP =
      Pattern.compile("[A-Za-z_]\\w*+(?:\\.[A-Za-z_]\\w*+)*+(?::[A-Za-z_]\\w*+)?");

  private static final Pattern TASK = Pattern.compile("[^\\s\\p{Cntrl}]{1,200}");
  private static final Pattern QUEUE = Pattern.compile("[^\\s\\p{Cntrl},]{1,200}");
  private static final String OWN_QUEUE_PREFIX = "pullcord.";

  private static final String QUEUES = "queues: is for that";
  private static final String ONE_EACH =
      "each generation is a node of its own, and Pullcord names it";
  private static final String BEAT =
      "two generations would both send what is due; give beat a worker of its own that restarts"
          + " stop-start";
  private static final String USER = "the agent's configuration says who runs workers";
  private static final String PURGE = "a deploy would throw away every waiting job";
  private static final String PRINTS = "celery prints it and ends";
  private static final String GLOBAL =
      "celery worker has no such option; set it in the application, or by env:";
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("-Q", QUEUES),
          Map.entry("--queues", QUEUES),
          Map.entry("-X", QUEUES),
          Map.entry("--exclude-queues", QUEUES),
          Map.entry("-n", ONE_EACH),
          Map.entry("--hostname", ONE_EACH),
          Map.entry("-A", "app: is for that"),
          Map.entry("--app", "app: is for that"),
          Map.entry("-D", "the agent watches the process that it started"),
          Map.entry("--detach", "the agent watches the process that it started"),
          Map.entry("-B", BEAT),
          Map.entry("--beat", BEAT),
          Map.entry("--workdir", "a generation works in its own release"),
          Map.entry("--uid", USER),
          Map.entry("--gid", USER),
          Map.entry("--executable", "the agent picks the Python by python: or PATH"),
          Map.entry("--purge", PURGE),
          Map.entry("--discard", PURGE),
          Map.entry("-b", GLOBAL),
          Map.entry("--broker", GLOBAL),
          Map.entry("--result-backend", GLOBAL),
          Map.entry("--loader", GLOBAL),
          Map.entry("--config", GLOBAL),
          Map.entry("-C", GLOBAL),
          Map.entry("--no-color", GLOBAL),
          Map.entry("-q", GLOBAL),
          Map.entry("--quiet", GLOBAL),
          Map.entry("--skip-checks", GLOBAL),
          Map.entry("--version", PRINTS),
          Map.entry("--help", PRINTS));

  /** Those that take no value, so that more may follow in the same word. */
  private static final String FLAGS = "BDE";

  private static final List<String> OWN_FILE = List.of("--pidfile", "--statedb", "-S");

  @Override
  public String kind() {
    return "celery";
  }

  @Override
  public Class<Work.Celery> work() {
    return Work.Celery.class;
  }

  @Override
  public List<String> keys() {
    return List.of("app", "queues", "args", "canary", "replaces");
  }

  @Override
  public List<String> required() {
    return List.of("app");
  }

  @Override
  public WorkerSpec.Restart usualRestart() {
    return WorkerSpec.Restart.OVERLAP;
  }

  @Override
  public boolean hasOwnProof() {
    return true;
  }

  /** Reads the keys, in every kind of worker, so that one at the wrong worker is refused. */
  @Override
  public Optional<Work> read(Section worker) {
    Optional<String> app = worker.text("app");
    app.filter(a -> !APP.matcher(a).matches())
        .ifPresent(a ->
            value(
                worker, "app", Quoted.of(a) + " is not a module; one like tasks.app is expected"));
    List<String> queues = worker.texts("queues", LIST_MAX).orElse(List.of());
    queues.stream()
        .filter(q -> !QUEUE.matcher(q).matches() || q.startsWith(OWN_QUEUE_PREFIX))
        .findFirst()
        .ifPresent(q ->
            value(
                worker,
                "queues",
                Quoted.of(q)
                    + " is not a queue's name: at most 200 characters without spaces and commas,"
                    + " and pullcord. is Pullcord's own"));
    List<String> args = worker.texts("args", LIST_MAX).orElse(List.of());
    args(worker, args);
    Optional<CelerySpec.Canary> canary = worker.section("canary").flatMap(CeleryReader::canary);
    List<String> replaces = UnitReader.replaces(worker);
    return app.map(
        a -> new Work.Celery(new CelerySpec(a, queues, args, canary.orElse(null)), replaces));
  }

  private static void args(Section worker, List<String> args) {
    for (int i = 0; i < args.size(); i++) {
      for (String option : options(args.get(i))) {
        String reason = REFUSED.get(option);
        if (reason != null) {
          value(worker, "args", option + " is not for args: " + reason);
        } else if (OWN_FILE.contains(option)) {
          ownFile(worker, option, args, i);
        }
      }
    }
  }

  private static void ownFile(Section worker, String option, List<String> args, int i) {
    boolean oneWord = args.get(i).length() > option.length() || i + 1 == args.size();
    if (!(oneWord ? args.get(i) : args.get(i + 1)).contains("%n")) {
      value(
          worker,
          "args",
          option
              + " names one file for all generations; put %n into its name, Celery fills in"
              + " the node's");
    }
  }

  /** {@code --queues=a}, {@code -Qa} and {@code -EB} are written in one word, too. */
  private static List<String> options(String arg) {
    if (arg.startsWith("--")) {
      return List.of(arg.contains("=") ? arg.substring(0, arg.indexOf('=')) : arg);
    }
    if (!arg.startsWith("-")) {
      return List.of();
    }
    List<String> options = new ArrayList<>();
    for (int i = 1; i < arg.length(); i++) {
      options.add("-" + arg.charAt(i));
      if (FLAGS.indexOf(arg.charAt(i)) < 0) {
        break; // the rest is its value
      }
    }
    return options;
  }

  private static Optional<CelerySpec.Canary> canary(Section canary) {
    canary.require("task");
    Optional<String> task = canary.text("task");
    task.filter(t -> !TASK.matcher(t).matches())
        .ifPresent(t ->
            value(
                canary, "task", Quoted.of(t) + " is not a task's name; tasks.app.canary would be"));
    Duration timeout =
        canary
            .duration("timeout", Limits.TIME_MIN, Limits.COMMAND_TIMEOUT_MAX)
            .orElse(CANARY_TIMEOUT);
    canary.finish();
    return task.map(t -> new CelerySpec.Canary(t, timeout));
  }

  private static void value(Section section, String key, String message) {
    YamlNode node = section.node(key).orElseThrow();
    section.problems().add("VALUE", node, message);
  }
}
