package dev.pullcord.cli.command;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerReply;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.error.Problem;

/** The one place where a server's answer becomes a line and an exit code. */
public final class Replies {
  /** What a line begins with where the server does not know the token. */
  static final String BAD_TOKEN = "this token does not work here";

  private Replies() {}

  /** What such a line says to do. */
  static String afterBadToken(Failure failure) {
    return failure.line().substring(BAD_TOKEN.length());
  }

  /** The value, or a {@link Failure} with the server's own words. */
  public static <T> T need(ServerReply<T> answer) {
    return switch (answer) {
      case ServerReply.Got<T>(T value) -> value;
      case ServerReply.Refused<T>(Problem problem, ServerUrl server) ->
          throw new Failure(code(problem), line(problem, server));
      case ServerReply.Strange<T>(String what) -> throw new Failure(ExitCode.UNREACHABLE, what);
      case ServerReply.Unreachable<T>(String why) -> throw new Failure(ExitCode.UNREACHABLE, why);
    };
  }

  /** Whether the server says that there is no such thing. */
  public static boolean missing(ServerReply<?> answer) {
    return answer instanceof ServerReply.Refused<?>(Problem problem, _) && problem.status() == 404;
  }

  /** Whether no server said anything: to ask again later may help. */
  public static boolean away(ServerReply<?> answer) {
    return switch (answer) {
      case ServerReply.Got<?> _ -> false;
      case ServerReply.Refused<?>(Problem problem, _) -> code(problem) == ExitCode.UNREACHABLE;
      case ServerReply.Strange<?> _, ServerReply.Unreachable<?> _ -> true;
    };
  }

  /** A problem as people read it: the sentence, without the API's codes and field names. */
  private static String line(Problem problem, ServerUrl server) {
    if (problem.status() == 401) {
      return BAD_TOKEN + "; pullcord login " + server;
    }
    StringBuilder line = new StringBuilder(CodedText.sentence(problem.detail()));
    int status = problem.status();
    if (status >= 500 && status != 507 && problem.requestId() != null) {
      line.append("; request ").append(problem.requestId()).append(" in the server's log");
    }
    return line.toString();
  }

  private static ExitCode code(Problem problem) {
    int status = problem.status();
    if (status == 507) {
      return ExitCode.FAILED; // it answers; its disk is full, or failing
    }
    if (status >= 500) {
      return ExitCode.UNREACHABLE;
    }
    boolean input = status == 400 || status == 413 || status == 415 || status == 422;
    return input ? ExitCode.USAGE : ExitCode.REFUSED;
  }
}
