package dev.pullcord.cli.completion;

import dev.pullcord.cli.completion.Words.Choice;
import dev.pullcord.cli.completion.Words.VerbWords;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The words of a program as a script of each shell. Names of nodes and the like are asked for when
 * they are needed; bash and zsh keep them for 20 s, so that the second tab costs nothing. The
 * server asked is that of {@code -c}, where one stands before.
 *
 * <p>Nodes and pushers choose some of the names. So no script expands a value, and bash offers only
 * those whose characters mean nothing to a shell.
 */
public final class CompletionScripts {
  private static final String ASKS =
      """
      _FUNCTION_ask() {
        local kind=$1 key=$1_${login//[^A-Za-z0-9]/_} at
        eval "at=\\${_FUNCTION_at_$key:--60}"
        if [ $((SECONDS - at)) -gt 20 ]; then
          eval "_FUNCTION_$key=\\$(PROGRAM completion-values $kind \\${login:+-c \\"\\$login\\"}\
       2>/dev/null)"
          eval "_FUNCTION_at_$key=$SECONDS"
        fi
        eval "words=\\"\\$words \\$_FUNCTION_$key\\""
      }
      """;

  private static final String ASKS_IN_ZSH =
      """
      typeset -gA _FUNCTION_kept _FUNCTION_at
      (( $+functions[_FUNCTION_ask] )) ||
      _FUNCTION_ask() {
        local login i
        for ((i = 2; i < CURRENT; i++)); do
          case $words[i] in
            -c | --context) (( i + 1 < CURRENT )) && login=$words[i+1] ;;
            --context=*) login=${words[i]#*=} ;;
          esac
        done
        local key=$1/$login
        if (( SECONDS - ${_FUNCTION_at[$key]:--60} > 20 )); then
          _FUNCTION_kept[$key]="$(PROGRAM completion-values $1 ${login:+-c} $login 2>/dev/null)"
          _FUNCTION_at[$key]=$SECONDS
        fi
        compadd -- ${(f)_FUNCTION_kept[$key]}
      }
      """;

  private static final String ASKS_IN_FISH =
      """
      function __FUNCTION_ask
        set -l words (commandline -opc)
        set -l login
        for i in (seq 2 (count $words))
          if contains -- $words[$i] -c --context; and test $i -lt (count $words)
            set login -c $words[(math $i + 1)]
          else if string match -q -- '--context=*' $words[$i]
            set login -c (string replace -- --context= '' $words[$i])
          end
        end
        PROGRAM completion-values $argv[1] $login 2>/dev/null
      end
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
    return named(
        """
        # Completion of PROGRAM in bash: source <(PROGRAM completion bash)
        %s_FUNCTION() {
          local words i=1 j word before login= one line=$'\\n' all=() last
          # bash makes three words of --context=prod, zsh one.
          for ((j = 0; j <= COMP_CWORD; j++)); do
            one=${COMP_WORDS[j]}
            if [[ $one == = && ${COMP_WORDS[j-1]} == --* ]]; then
              [[ $j -lt $COMP_CWORD ]] || all+=("")
            elif [[ $one == --*=* && $j -lt $COMP_CWORD ]]; then
              all+=("${one%%%%=*}" "${one#*=}")
            else
              all+=("$one")
            fi
          done
          last=$((${#all[@]} - 1)) word=${all[last]} before=${all[last-1]}
          for ((j = 1; j < last - 1; j++)); do
            case ${all[j]} in -c | --context) login=${all[j+1]} ;; esac
          done
          while ((i < last)); do
            case ${all[i]} in -[co] | --context | --output) i=$((i + 2)) ;; *) break ;; esac
          done
          case $((last - i + 1)):${all[i]}:$word in
            1:*) words='%s --help --version' ;;
        %s  esac
          case $before in
        %s  esac
          COMPREPLY=()
          while IFS= read -r one; do
            [[ -n $one && $one == "$word"* && $one != *[!A-Za-z0-9._/=@+:,-]* ]] &&
              COMPREPLY+=("$one")
          done <<<"${words// /$line}"
          return 0
        }
        complete -o default -F _FUNCTION PROGRAM
        """
            .formatted(
                asks() ? ASKS : "", spaced(words.verbs().keySet()), verbCases(), optionCases()));
  }

  private String verbCases() {
    return lines(
        words.verbs().entrySet().stream()
            .flatMap(entry -> {
              String name = entry.getKey();
              VerbWords verb = entry.getValue();
              String all = "    *:%s:*) words='%s' ;;\n".formatted(name, spaced(verb.words()));
              if (verb.values().asked().isEmpty()) {
                return Stream.of(all);
              }
              String given = spaced(Stream.of(verb.subverbs(), verb.values().fixed()));
              return Stream.of(
                  "    *:%s:-*) words='%s' ;;\n".formatted(name, spaced(verb.options())),
                  "    *:%s:*) words='%s'%s ;;\n".formatted(name, given, asks(verb.values())));
            }));
  }

  private String optionCases() {
    return lines(
        words.options().entrySet().stream()
            .map(entry ->
                "    %s) words='%s'%s ;;\n"
                    .formatted(
                        entry.getKey(), spaced(entry.getValue().fixed()), asks(entry.getValue()))));
  }

  private static String asks(Choice choice) {
    return choice.asked().stream()
        .map(kind -> "; _FUNCTION_ask " + kind.word())
        .collect(Collectors.joining());
  }

  /** Only the operator's command has a server to ask. */
  private boolean asks() {
    return Stream.concat(
            words.verbs().values().stream().map(VerbWords::values),
            words.options().values().stream())
        .anyMatch(choice -> !choice.asked().isEmpty());
  }

  /** For zsh, to be read by the shell. */
  public String zsh() {
    return named("# Completion of PROGRAM in zsh: source <(PROGRAM completion zsh)\n")
        + "autoload -Uz compinit bashcompinit\n"
        + "(( $+functions[compdef] )) || compinit\n"
        + "bashcompinit\n"
        + bash().lines().skip(1).collect(Collectors.joining("\n", "", "\n"));
  }

  /** For zsh, as a file of a directory in {@code fpath}. */
  public String zshFunction() {
    String cases =
        lines(
            words.verbs().entrySet().stream()
                .map(entry ->
                    "    %s) compadd -- %s%s ;;\n"
                        .formatted(
                            entry.getKey(),
                            spaced(entry.getValue().words()),
                            asks(entry.getValue().values()))));
    return named(
        """
        #compdef PROGRAM
        %slocal at=2
        while (( at < CURRENT )); do
          case $words[at] in
            -[co] | --context | --output) (( at += 2 )) ;;
            --context=* | --output=*) (( at += 1 )) ;;
            *) break ;;
          esac
        done
        if (( CURRENT == at )); then
          compadd -- %s --help --version
        else
          case $words[at] in
        %s  esac
          _files
        fi
        """
            .formatted(asks() ? ASKS_IN_ZSH : "", spaced(words.verbs().keySet()), cases));
  }

  /** For fish. */
  public String fish() {
    StringBuilder script =
        new StringBuilder("# Completion of PROGRAM in fish: PROGRAM completion fish | source\n");
    script.append(asks() ? ASKS_IN_FISH : "");
    words
        .options()
        .forEach((option, choice) ->
            script.append(
                "complete -c PROGRAM -x %s -a '%s'\n"
                    .formatted(
                        option.startsWith("--")
                            ? "-l " + option.substring(2)
                            : "-s " + option.substring(1),
                        (spaced(choice.fixed()) + inFish(choice)).strip())));
    for (Map.Entry<String, VerbWords> entry : words.verbs().entrySet()) {
      String name = entry.getKey();
      VerbWords verb = entry.getValue();
      script.append(
          "complete -c PROGRAM -f -n __fish_use_subcommand -a %s -d '%s'\n"
              .formatted(name, verb.description().replace("'", "\\'")));
      String after = "complete -c PROGRAM -n '__fish_seen_subcommand_from " + name + "' ";
      for (String word : verb.words()) {
        String what = word.startsWith("--") ? "-l " + word.substring(2) : "-a " + word;
        script.append(after).append(what).append("\n");
      }
      if (!verb.values().asked().isEmpty()) {
        script.append(after + "-f -a '" + inFish(verb.values()).strip() + "'\n");
      }
    }
    return named(script.toString());
  }

  private static String inFish(Choice choice) {
    return choice.asked().stream()
        .map(kind -> " (__FUNCTION_ask " + kind.word() + ")")
        .collect(Collectors.joining());
  }

  private String named(String script) {
    return script.replace("FUNCTION", program.replace('-', '_')).replace("PROGRAM", program);
  }

  private static String lines(Stream<String> lines) {
    return lines.collect(Collectors.joining());
  }

  private static String spaced(Collection<String> words) {
    return String.join(" ", words);
  }

  private static String spaced(Stream<? extends Collection<String>> words) {
    return words.flatMap(Collection::stream).collect(Collectors.joining(" "));
  }
}
