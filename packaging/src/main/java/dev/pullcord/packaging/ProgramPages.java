package dev.pullcord.packaging;

import dev.pullcord.cli.completion.CompletionScripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Model.CommandSpec;

/** The man page of a program and its completion for three shells, where Debian looks for them. */
record ProgramPages(CommandSpec program, Instant written) {
  /** Writes them below {@code target}, which stands for {@code /usr/share}. */
  void writeTo(Path target) throws IOException {
    String name = program.name();
    int section = name.equals("pullcord") ? 1 : 8;
    CompletionScripts scripts = CompletionScripts.of(program);
    put(
        target.resolve("man/man" + section).resolve(name + "." + section),
        new ManPage(program, section, written).text());
    put(target.resolve("bash-completion/completions").resolve(name), scripts.bash());
    put(target.resolve("zsh/vendor-completions").resolve("_" + name), scripts.zshFunction());
    put(target.resolve("fish/vendor_completions.d").resolve(name + ".fish"), scripts.fish());
  }

  private static void put(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
