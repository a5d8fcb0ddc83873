package dev.pullcord.protocol.manifest.action;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of an action.
 *
 * @param pattern what a value has to match, as a whole
 * @param preset the value when none is given; null for a parameter that needs one
 */
public record ParameterSpec(ValuePattern pattern, @Nullable String preset) {
  /** A value is at most so long. */
  public static final int LENGTH_MAX = 1024;

  /** Whether it is a value of this parameter. One with a control character never is. */
  public boolean takes(String value) {
    return value.length() <= LENGTH_MAX
        && value.chars().noneMatch(Character::isISOControl)
        && pattern.matches(value);
  }
}
