package dev.pullcord.protocol.report;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The phase of one start of a worker in its life. */
public enum GenerationPhase {
  /** Started, and has not proven itself. */
  STARTING,
  /** Proven, not yet promoted. */
  READY,
  /** The one that works. */
  CONSUMING,
  /** Was asked to end and finishes what it has. */
  DRAINING,
  /** Its process is gone. */
  EXITED;

  /** The name on the wire, in lower case. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The phase of that wire name. */
  @JsonCreator
  public static GenerationPhase of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
