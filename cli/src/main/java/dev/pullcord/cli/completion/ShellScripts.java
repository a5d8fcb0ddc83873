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
      local words word=${COMP_WORDS[COMP_CWORD]}
      case ${COMP_CWORD}:${COMP_WORDS[1]} in
        1:*) words='%s --help --version' ;;
    %s  esac
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
