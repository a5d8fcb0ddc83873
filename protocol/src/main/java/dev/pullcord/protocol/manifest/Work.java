package dev.pullcord.protocol.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker is. Each kind has parts of its own, and answers what depends on the kind. */
public sealed interface Work {
  /** The word of the manifest. */
  String kind();

  /** How it is kept: in journals and releases, and in what identities are made of. */
  Stored stored();

  /**
   * Whether a newcomer has no work before it is given any, so that it proves itself first, also
   * where there is no other generation beside it.
   */
  default boolean provesItself() {
    return false;
  }

  /** Whether its kind looks at a release before anything is switched to it. */
  default boolean looksBefore() {
    return true;
  }

  /**
   * A program that the agent starts and watches.
   *
   * @param run its argument list
   */
  record Process(List<String> run) implements Work {
    /** Copies. */
    public Process {
      run = List.copyOf(run);
    }

    @Override
    public String kind() {
      return "process";
    }

    @Override
    public boolean looksBefore() {
      return false;
    }

    @Override
    public Stored stored() {
      return new Stored("PROCESS", run, null, null, List.of());
    }
  }

  /**
   * A Celery worker, whose queues are handed over.
   *
   * @param settings what it is started with
   * @param replaces units of the node from before it, which end when it takes over
   */
  record Celery(CelerySpec settings, List<String> replaces) implements Work {
    /** Copies. */
    public Celery {
      replaces = List.copyOf(replaces);
    }

    @Override
    public String kind() {
      return "celery";
    }

    @Override
    public boolean provesItself() {
      return true;
    }

    @Override
    public Stored stored() {
      return new Stored("CELERY", List.of(), settings, null, replaces);
    }
  }

  /**
   * What commands of the release start, end and look at.
   *
   * @param commands those
   */
  record Scripted(CommandsSpec commands) implements Work {
    @Override
    public String kind() {
      return "command";
    }

    @Override
    public Stored stored() {
      return new Stored("COMMAND", List.of(), null, commands, List.of());
    }
  }

  /**
   * A unit that is on the node already.
   *
   * @param name of the unit
   */
  record Unit(String name) implements Work {
    @Override
    public String kind() {
      return "systemd";
    }

    @Override
    public Stored stored() {
      return new Stored("SYSTEMD", List.of(name), null, null, List.of());
    }
  }

  /**
   * The parts of every kind side by side, as they have been kept since there are journals.
   *
   * @param kind in capitals
   * @param run the argument list of a process; the name of a unit
   * @param celery of kind celery
   * @param commands of kind command
   * @param replaces of kind celery
   */
  record Stored(
      String kind,
      List<String> run,
      @Nullable CelerySpec celery,
      @Nullable CommandsSpec commands,
      List<String> replaces) {

    /** What that was. */
    Work work() {
      if (celery != null) {
        return new Celery(celery, replaces);
      }
      if (commands != null) {
        return new Scripted(commands);
      }
      return switch (kind) {
        case "PROCESS" -> new Process(run);
        case "SYSTEMD" -> new Unit(run.getFirst());
        default -> throw new IllegalArgumentException("no kind of worker: " + kind);
      };
    }
  }
}
