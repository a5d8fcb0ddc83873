package dev.pullcord.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What a command of {@code pullcord-server} did.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
record RanCommand(int code, String out, String err) {
  static RanCommand of(String... arguments) {
    return of(ServerMain.commandLine(), arguments);
  }

  static RanCommand of(CommandLine line, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new RanCommand(line.execute(arguments), out.toString(), err.toString());
  }
}
