package dev.pullcord.cli.completion;

import java.util.List;
import java.util.Map;

/** The words as a script of each shell. */
final class ShellScripts {
  private ShellScripts() {}

  static String bash(Words words) {
    StringBuilder cases = new StringBuilder();
    for (Map.Entry<String, List<String>> verb : words.verbs().entrySet()) {
      cases.append(
          "    %s) words='%s' ;;\n".formatted(verb.getKey(), String.join(" ", verb.getValue())));
    }
    return """
    # Completion of pullcord in bash: source <(pullcord completion bash)
    _pullcord() {
      local words i=1 word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
      while [[ ${COMP_WORDS[i]} == -[co] && $i -lt $COMP_CWORD ]]; do i=$((i + 2)); done
      case $((COMP_CWORD - i + 1)):${COMP_WORDS[i]} in
        1:*) words='%s --context --help --version' ;;
    %s  esac
      case ${COMP_WORDS[i]}:$before in
        *:-c | *:--context | contexts:use) words=$(pullcord contexts --names 2>/dev/null) ;;
      esac
      COMPREPLY=($(compgen -W "$words" -- "$word"))
    }
    complete -o default -F _pullcord pullcord
    """
        .formatted(
            String.join(" ", words.verbs().keySet()),
            cases.toString().replaceAll("(?m)^    ", "    *:"));
  }

  static String zsh(Words words) {
    return "# Completion of pullcord in zsh: source <(pullcord completion zsh)\n"
        + "autoload -Uz compinit bashcompinit\n"
        + "(( $+functions[compdef] )) || compinit\n"
        + "bashcompinit\n"
        + bash(words).lines().skip(1).reduce("", (all, line) -> all + line + "\n");
  }

  static String fish(Words words) {
    StringBuilder script =
        new StringBuilder("# Completion of pullcord in fish: pullcord completion fish | source\n");
    String names = "(pullcord contexts --names 2>/dev/null)";
    script.append("complete -c pullcord -s c -l context -x -a '" + names + "'\n");
    script.append(
        "complete -c pullcord -f -n '__fish_seen_subcommand_from use' -a '" + names + "'\n");
    words
        .descriptions()
        .forEach((verb, description) ->
            script.append(
                "complete -c pullcord -f -n __fish_use_subcommand -a %s -d '%s'\n"
                    .formatted(verb, description.replace("'", "\\'"))));
    words
        .verbs()
        .forEach((verb, following) -> {
          for (String word : following) {
            String what = word.startsWith("--") ? "-l " + word.substring(2) : "-a " + word;
            script.append(
                "complete -c pullcord -n '__fish_seen_subcommand_from %s' %s\n"
                    .formatted(verb, what));
          }
        });
    return script.toString();
  }
}
