package dev.pullcord.cli.completion;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** The words of a program as a script of each shell. */
public final class CompletionScripts {
  private static final String CONTEXTS = "pullcord contexts --names 2>/dev/null";
  private static final String ACTIONS = "pullcord actions --names 2>/dev/null";
  private static final String CONTEXTS_IN_BASH =
      """
      case ${COMP_WORDS[i]}:$before in
        *:-c | *:--context | contexts:use) words=$(pullcord contexts --names 2>/dev/null) ;;
        run:run) words=$(pullcord actions --names 2>/dev/null) ;;
      esac
      """;

  private final String program;
  private final Words words;

  private CompletionScripts(String program, Words words) {
    this.program = program;
    this.words = words;
  }

  /** Those of a program, whose commands are all known. */
  public static CompletionScripts of(CommandSpec program) {
    return new CompletionScripts(program.name(), Words.of(program));
  }

  /** For bash, to be read by the shell. */
  public String bash() {
    StringBuilder cases = new StringBuilder();
    words
        .verbs()
        .forEach((verb, following) ->
            cases.append("    *:%s) words='%s' ;;\n".formatted(verb, spaced(following))));
    return """
    # Completion of PROGRAM in bash: source <(PROGRAM completion bash)
    _FUNCTION() {
      local words i=1 word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
      while [[ ${COMP_WORDS[i]} == -[co] && $i -lt $COMP_CWORD ]]; do i=$((i + 2)); done
      case $((COMP_CWORD - i + 1)):${COMP_WORDS[i]} in
        1:*) words='%s%s --help --version' ;;
    %s  esac
    %s  COMPREPLY=($(compgen -W "$words" -- "$word"))
    }
    complete -o default -F _FUNCTION PROGRAM
    """
        .formatted(
            spaced(List.copyOf(words.verbs().keySet())),
            hasContexts() ? " --context" : "",
            cases.toString(),
            hasContexts() ? CONTEXTS_IN_BASH.indent(2) : "")
        .replace("FUNCTION", program.replace('-', '_'))
        .replace("PROGRAM", program);
  }

  private boolean hasContexts() {
    return words.verbs().containsKey("contexts");
  }

  /** For zsh, to be read by the shell. */
  public String zsh() {
    return "# Completion of pullcord in zsh: source <(pullcord completion zsh)\n"
        + "autoload -Uz compinit bashcompinit\n"
        + "(( $+functions[compdef] )) || compinit\n"
        + "bashcompinit\n"
        + bash().lines().skip(1).reduce("", (all, line) -> all + line + "\n");
  }

  /** For zsh, as a file of a directory in {@code fpath}. */
  public String zshFunction() {
    StringBuilder cases = new StringBuilder();
    words
        .verbs()
        .forEach((verb, following) ->
            cases.append("    %s) compadd -- %s ;;\n".formatted(verb, spaced(following))));
    return """
    #compdef PROGRAM
    if (( CURRENT == 2 )); then
      compadd -- %s --help --version
    else
      case $words[2] in
    %s  esac
      _files
    fi
    """
        .formatted(spaced(List.copyOf(words.verbs().keySet())), cases.toString())
        .replace("PROGRAM", program);
  }

  /** For fish. */
  public String fish() {
    StringBuilder script =
        new StringBuilder("# Completion of PROGRAM in fish: PROGRAM completion fish | source\n");
    if (hasContexts()) {
      script.append("complete -c PROGRAM -s c -l context -x -a '(" + CONTEXTS + ")'\n");
      script.append(
          "complete -c PROGRAM -f -n '__fish_seen_subcommand_from use' -a '(" + CONTEXTS + ")'\n");
      script.append(
          "complete -c PROGRAM -f -n '__fish_seen_subcommand_from run' -a '(" + ACTIONS + ")'\n");
    }
    words
        .descriptions()
        .forEach((verb, description) ->
            script.append(
                "complete -c PROGRAM -f -n __fish_use_subcommand -a %s -d '%s'\n"
                    .formatted(verb, description.replace("'", "\\'"))));
    for (Map.Entry<String, List<String>> verb : words.verbs().entrySet()) {
      for (String word : verb.getValue()) {
        String what = word.startsWith("--") ? "-l " + word.substring(2) : "-a " + word;
        script.append(
            "complete -c PROGRAM -n '__fish_seen_subcommand_from %s' %s\n"
                .formatted(verb.getKey(), what));
      }
    }
    return script.toString().replace("PROGRAM", program);
  }

  private static String spaced(List<String> words) {
    return String.join(" ", words);
  }
}
