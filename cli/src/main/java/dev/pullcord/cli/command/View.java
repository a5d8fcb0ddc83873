package dev.pullcord.cli.command;

import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.error.ExitCode;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a verb found or did: one document for programs, lines for people. Only what is printed is
 * made, so either side may ask the server for what only it needs.
 *
 * @param document the record of the API; null where there is nothing (more) to print
 * @param text the same for people
 * @param exitCode how the verb ends; asked for after the printing
 */
public record View(
    Supplier<? extends @Nullable Object> document,
    Supplier<List<StyledLine>> text,
    Supplier<ExitCode> exitCode) {
  /** A view that people read as these lines. */
  public static View of(Object document, Supplier<List<StyledLine>> text) {
    return new View(() -> document, text, () -> ExitCode.DONE);
  }

  /** A view that people read as one line. */
  public static View of(Object document, StyledLine line) {
    return of(document, () -> List.of(line));
  }

  /** A view that people read as one line of plain text. */
  public static View of(Object document, String line) {
    return of(document, StyledLine.of(line));
  }

  /** Lines that are for people only. */
  public static View forPeople(List<StyledLine> text) {
    return new View(() -> null, () -> text, () -> ExitCode.DONE);
  }

  /** Nothing to show. */
  public static View nothing(ExitCode exitCode) {
    return forPeople(List.of()).ending(exitCode);
  }

  /** The same with another end. */
  public View ending(ExitCode code) {
    return new View(document, text, () -> code);
  }
}
