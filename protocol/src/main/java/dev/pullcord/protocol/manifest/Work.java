package dev.pullcord.protocol.manifest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;

/**
 * The kind of a worker, with that kind's keys of the manifest. Each kind is a record, and answers
 * what depends on the kind; only the rooms of that kind ask which one it is. The JSON of the record
 * is what journals and releases keep of it, beside the parts that every worker has.
 */
public interface Work {
  /** The word of the manifest. */
  String kind();

  /** Says what its identity is made of; never another order, or every such worker restarts. */
  void identity(Parts parts);

  /** What the manifest says to its programs, in which names of files and variables may stand. */
  default List<String> words() {
    return List.of();
  }

  /** The queues that it takes work from, as far as the manifest names them. */
  default List<String> queues() {
    return List.of();
  }

  /** Units of the node from before it, which end when it takes over. */
  default List<String> replaces() {
    return List.of();
  }

  /** Whether the node runs Python for it. */
  default boolean needsPython() {
    return false;
  }

  /**
   * Whether a newcomer has no work before it is given any, so that it proves itself first, also
   * where there is no other generation beside it.
   */
  default boolean provesItself() {
    return false;
  }

  /** Whether its kind looks at every release before anything is switched to it. */
  default boolean looksBefore() {
    return true;
  }

  /**
   * Whether both are the same thing outside the agent, of which a node has one: what another worker
   * of it was is to end before this one starts.
   */
  default boolean isSameThing(Work other) {
    return false;
  }

  /** Takes what an identity is made of, part by part. */
  interface Parts {
    /** A text. */
    Parts text(String text);

    /** A list, with its length. */
    Parts list(List<String> texts);
  }

  /**
   * A program that the agent starts and watches.
   *
   * @param run its argument list
   * @param standby whether it does no work unless its {@code PULLCORD_CURRENT} points to what is
   *     active; an older journal does not say
   */
  record Process(List<String> run, @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean standby)
      implements Work {
    /** Copies. */
    public Process {
      run = List.copyOf(run);
    }

    /** One that works from its start. */
    public Process(List<String> run) {
      this(run, false);
    }

    @Override
    public String kind() {
      return "process";
    }

    @Override
    public void identity(Parts parts) {
      parts.list(run);
      if (standby) {
        parts.text("standby"); // only then, so that the identity of any other is what it always was
      }
    }

    @Override
    public boolean provesItself() {
      return standby;
    }

    @Override
    public List<String> words() {
      return run;
    }

    @Override
    public boolean looksBefore() {
      return false;
    }
  }

  /**
   * A Celery worker, whose queues are handed over.
   *
   * @param settings what it is started with
   * @param replaces units of the node from before it, which end when it takes over; an older
   *     journal has none
   */
  record Celery(
      @JsonProperty("celery") CelerySpec settings,
      @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> replaces)
      implements Work {
    /** Copies. */
    public Celery {
      replaces = List.copyOf(replaces);
    }

    @Override
    public String kind() {
      return "celery";
    }

    @Override
    public void identity(Parts parts) {
      parts.list(List.of()).text(settings.app()).list(settings.queues()).list(settings.args());
    }

    @Override
    public List<String> words() {
      return settings.args();
    }

    @Override
    public List<String> queues() {
      return settings.queues();
    }

    @Override
    public boolean needsPython() {
      return true;
    }

    @Override
    public boolean provesItself() {
      return true;
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
    public void identity(Parts parts) {
      parts
          .list(List.of())
          .list(commands.start().run())
          .list(commands.stop().run())
          .list(commands.status().run());
    }

    @Override
    public boolean isSameThing(Work other) {
      return other instanceof Scripted(CommandsSpec theirs)
          && theirs.start().run().equals(commands.start().run())
          && theirs.stop().run().equals(commands.stop().run())
          && theirs.status().run().equals(commands.status().run());
    }
  }

  /**
   * A unit that is on the node already.
   *
   * @param name of the unit
   */
  record Unit(String name) implements Work {
    /** It is kept as an argument list is, since there are journals. */
    @JsonCreator
    static Unit of(@JsonProperty("run") List<String> run) {
      return new Unit(run.getFirst());
    }

    @JsonValue
    Map<String, List<String>> stored() {
      return Map.of("run", List.of(name));
    }

    @Override
    public String kind() {
      return "systemd";
    }

    @Override
    public void identity(Parts parts) {
      parts.list(List.of(name));
    }

    @Override
    public boolean isSameThing(Work other) {
      return equals(other);
    }

    @Override
    public List<String> words() {
      return List.of(name);
    }
  }
}
