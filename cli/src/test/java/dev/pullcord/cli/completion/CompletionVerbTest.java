package dev.pullcord.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.Main;
import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionVerbTest {
  @TempDir Path home;

  private String script(String shell) {
    Machine machine = new Machine(home);
    assertThat(machine.run("completion", shell)).isZero();
    return machine.out();
  }

  private List<String> complete(String... words) throws IOException, InterruptedException {
    return completeWith("", List.of(words));
  }

  private List<String> completeWith(String before, List<String> words)
      throws IOException, InterruptedException {
    Path script = home.resolve("completion.bash");
    Files.writeString(
        script,
        script("bash")
            + before
            + "\nCOMP_WORDS=("
            + String.join(" ", words)
            + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
            + "_pullcord\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    Process bash =
        new ProcessBuilder(Needs.tool("bash").toString(), script.toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(out).isZero();
    return out.lines().toList();
  }

  @Test
  void bashCompletesVerbsAndTheirOptions() throws Exception {
    assertThat(complete("pullcord", "depl")).containsExactly("deployments", "deployment");
    assertThat(complete("pullcord", "wait", "--t")).containsExactly("--timeout");
    assertThat(complete("pullcord", "node", "rem")).containsExactly("remove");
    assertThat(complete("pullcord", "completion", "z")).containsExactly("zsh");
    assertThat(complete("pullcord", "git")).containsExactly("");
    assertThat(complete("pullcord", "-o", "json", "wait", "--t")).containsExactly("--timeout");
  }

  @Test
  void bashCompletesTheNamesOfContexts() throws Exception {
    String own =
        "pullcord() { [ \"$*\" = 'completion-values contexts' ] && printf 'prod\\nlab\\n'; }";
    List<List<String>> lines =
        List.of(
            List.of("pullcord", "status", "-c", "p"),
            List.of("pullcord", "--context", "p"),
            List.of("pullcord", "contexts", "use", "p"));
    for (List<String> words : lines) {
      assertThat(completeWith(own, words)).as("" + words).containsExactly("prod");
    }
    assertThat(complete("pullcord", "contexts", "u")).containsExactly("use");
  }

  @Test
  void bashCompletesValuesThatTheServerHasAndAsksOnlyOnce() throws Exception {
    String own =
        "pullcord() { echo \"$*\" >>asked; case $2 in nodes) echo grep-1 grep-2 ;;"
            + " refs) echo main ;; labels) echo role=grep ;; workers) echo beat ;; esac; }";
    assertThat(completeWith(own, List.of("pullcord", "why", "grep"))).contains("grep-1", "grep-2");
    assertThat(completeWith(own, List.of("pullcord", "wait", "m"))).containsExactly("main");
    assertThat(completeWith(own, List.of("pullcord", "logs", "-l", "r")))
        .containsExactly("role=grep");
    assertThat(completeWith(own, List.of("pullcord", "worker", "stop", "--worker", "b")))
        .containsExactly("beat");
    assertThat(completeWith(own, List.of("pullcord", "why", "--h"))).containsExactly("--help");

    Files.delete(home.resolve("asked"));
    String twice = own + "\nCOMP_WORDS=(pullcord why x); COMP_CWORD=2; _pullcord; _pullcord\n";
    completeWith(twice, List.of("pullcord", "why", "g"));
    assertThat(home.resolve("asked")).hasContent("completion-values nodes");
  }

  @Test
  void noShellRunsWhatANameOfTheServerSays() throws Exception {
    String own =
        """
        pullcord() {
          printf '%s\n' '$(touch>made)' '`touch>made`' 'a;touch>made' '${x:=y}' beat
        }
        """;
    List<String> line = List.of("pullcord", "worker", "stop", "--worker", "''");
    assertThat(completeWith(own, line)).containsExactly("beat");

    String names = CompletionScripts.of(Main.commandLine().getCommandSpec()).zshFunction();
    run(
        "zsh",
        "-f",
        own
            + "compadd() { shift; print -rl -- $@ }\n_files() { : }\ncomplete_() {\n"
            + names
            + "}\nwords=(pullcord worker x) CURRENT=3\ncomplete_\n");
    String sourced =
        script("zsh")
            + own
            + "COMP_WORDS=(pullcord worker stop --worker '') COMP_CWORD=4\n"
            + "complete_() { emulate -L sh; setopt kshglob noglob braceexpand; _pullcord; }\n"
            + "complete_; print -rl -- $COMPREPLY\n";
    assertThat(run("zsh", "-f", sourced)).containsExactly("beat");
    assertThat(
            run(
                "fish",
                "--no-config",
                "function pullcord\n  echo '$(touch made)'; echo '(touch made)'; echo beat\nend\n"
                    + script("fish")
                    + "complete -C 'pullcord worker stop --worker '\n"))
        .contains("beat");
    assertThat(home.resolve("made")).doesNotExist();
  }

  @Test
  void namesThatAShellReadsAsMoreThanAWordAreNotPrinted() throws IOException {
    try (FakeServer server = new FakeServer()) {
      server.fleet().deploy(12, "fix/a-1", FakeFleet.HEAD);
      server.fleet().deploy(13, "x$(touch${IFS}made)", FakeFleet.HEAD);
      Machine machine = Machine.signedIn(home, server);
      assertThat(machine.run("completion-values", "refs")).as(machine.err()).isZero();
      assertThat(machine.out().lines()).containsExactly("fix/a-1", "main");
    }
  }

  private List<String> run(String shell, String option, String text)
      throws IOException, InterruptedException {
    Path script = home.resolve("script." + shell);
    Files.writeString(script, text);
    Process process =
        new ProcessBuilder(Needs.tool(shell).toString(), option, script.toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.lines().toList();
  }

  @Test
  void bashAsksTheServerOfTheContextThatStandsBefore() throws Exception {
    String own =
        "pullcord() { case \"$*\" in *'-c prod') echo p-1 ;; *'-c lab') echo l-1 ;; *) echo d-1 ;;"
            + " esac; }";
    assertThat(completeWith(own, List.of("pullcord", "-c", "prod", "why", "''")))
        .contains("p-1")
        .doesNotContain("d-1");
    assertThat(completeWith(own, List.of("pullcord", "why", "--context", "lab", "''")))
        .contains("l-1");
    String first = own + "\nCOMP_WORDS=(pullcord -c prod why p); COMP_CWORD=4; _pullcord\n";
    assertThat(completeWith(first, List.of("pullcord", "why", "d"))).contains("d-1");
  }

  @Test
  void noShellTakesALongContextForTheVerbOrForgetsTheServerThatItNames() throws Exception {
    String own = "pullcord() { case \"$*\" in *'-c lab') echo l-1 ;; *) echo d-1 ;; esac; }";
    assertThat(complete("pullcord", "--context", "lab", "wait", "--t"))
        .containsExactly("--timeout");
    assertThat(complete("pullcord", "--output", "json", "dep"))
        .containsExactly("deployments", "deployment");
    for (List<String> asked :
        List.of(
            List.of("pullcord", "--context", "=", "lab", "why", "''"),
            List.of("pullcord", "--context=lab", "why", "''"),
            List.of("pullcord", "why", "--context", "=", "lab", "''"))) {
      assertThat(completeWith(own, asked)).as("" + asked).contains("l-1").doesNotContain("d-1");
    }
    String contexts =
        "pullcord() { [ \"$*\" = 'completion-values contexts' ] && printf 'prod\\nlab\\n'; }";
    assertThat(completeWith(contexts, List.of("pullcord", "--context", "=")))
        .containsExactly("prod", "lab");
    assertThat(completeWith(contexts, List.of("pullcord", "--context", "=", "p")))
        .containsExactly("prod");

    String zsh =
        "compadd() { shift; print -rl -- $@ }\n_files() { : }\n%s\ncomplete_() {\n%s}\n"
            .formatted(
                own, CompletionScripts.of(Main.commandLine().getCommandSpec()).zshFunction());
    for (String words : List.of("--context=lab why", "--context lab why")) {
      String line = "words=(pullcord %s x) CURRENT=$#words\ncomplete_\n".formatted(words);
      assertThat(run("zsh", "-f", zsh + line)).as(words).contains("l-1").doesNotContain("d-1");
    }
    assertThat(
            run(
                "fish",
                "--no-config",
                "function pullcord\n  string match -q '*-c lab' \"$argv\"\n"
                    + "  and echo l-1; or echo d-1\nend\n"
                    + script("fish")
                    + "complete -C 'pullcord --context=lab why '\n"))
        .contains("l-1");
  }

  @Test
  void theFunctionForZshKeepsWhatItAskedForAndHonoursTheContext() throws Exception {
    Path script = home.resolve("completion.zsh");
    Files.writeString(
        script,
        "compadd() { shift; print -l -- $@ }\n_files() { : }\n"
            + "pullcord() { print -- $* >>asked\n"
            + "[[ $* == *'-c prod' ]] && print p-1 || print d-1 }\n"
            + "complete_() {\n"
            + CompletionScripts.of(Main.commandLine().getCommandSpec()).zshFunction()
            + "}\nwords=(pullcord why x) CURRENT=3\ncomplete_; complete_\n"
            + "words=(pullcord -c prod why x) CURRENT=5\ncomplete_\n"
            + "words=(pullcord -c prod wh) CURRENT=4\ncomplete_\n");
    Process zsh =
        new ProcessBuilder(Needs.tool("zsh").toString(), "-f", script.toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(zsh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(zsh.waitFor()).as(out).isZero();
    assertThat(out.lines().toList()).contains("d-1", "p-1", "why");
    assertThat(home.resolve("asked"))
        .hasContent("completion-values nodes\ncompletion-values nodes -c prod");
  }

  @Test
  void fishAsksTheServerOfTheContextThatStandsBefore() throws Exception {
    Path script = home.resolve("completion.fish");
    Files.writeString(
        script,
        "function pullcord\n  string match -q '*-c prod' \"$argv\"\n"
            + "  and echo p-1; or echo d-1\nend\n"
            + script("fish")
            + "complete -C 'pullcord -c prod why '\ncomplete -C 'pullcord why '\n");
    Process fish =
        new ProcessBuilder(Needs.tool("fish").toString(), "--no-config", script.toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(fish.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(fish.waitFor()).as(out).isZero();
    assertThat(out.lines().toList()).containsSubsequence("p-1", "d-1");
  }

  @Test
  void bashCompletesValuesThatAreAlwaysTheSame() throws Exception {
    assertThat(complete("pullcord", "nodes", "--state", "rol")).containsExactly("rolled-back");
    assertThat(complete("pullcord", "tokens", "create", "--role", "v")).containsExactly("viewer");
    assertThat(complete("pullcord", "status", "-o", "j")).containsExactly("json");
  }

  @Test
  void zshUsesTheSameWords() {
    assertThat(script("zsh")).contains("bashcompinit", "complete -o default -F _pullcord pullcord");
  }

  @Test
  void fishListsVerbsAndOptions() {
    assertThat(script("fish"))
        .contains("complete -c pullcord -f -n __fish_use_subcommand -a status -d 'The fleet")
        .contains("'__fish_seen_subcommand_from wait' -l timeout")
        .contains("'__fish_seen_subcommand_from node' -a remove")
        .contains("-x -l context -a '(__pullcord_ask contexts)'")
        .contains("'__fish_seen_subcommand_from why' -f -a '(__pullcord_ask nodes)'")
        .doesNotContain("git-credential");
  }
}
