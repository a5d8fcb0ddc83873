package dev.pullcord.server.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.action.RunPlanner.Member;
import dev.pullcord.server.action.RunPlanner.Stop;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A member is a letter: {@code w} waits and is connected, {@code o} waits and is not, {@code s} was
 * told, {@code r} runs, {@code d} is done, {@code f} failed, {@code u} is unknown, {@code n}
 * refused when its turn came, {@code x} was refused from the beginning.
 */
class RunPlannerTest {
  @ParameterizedTest
  @CsvSource({
    "www,  9, 0, 123",
    "www,  2, 0, 12",
    "sww,  2, 0, 2",
    "srw,  2, 0, ''",
    "drww, 2, 0, 3",
    "oww,  1, 0, 2",
    "ooo,  2, 0, ''",
    "xww,  1, 1, 2",
    "fww,  2, 2, 23",
    "fuw,  2, 2, STOP",
    "nww,  1, 1, STOP",
    "fwww, 1, 1, STOP",
    "frww, 2, 2, 3",
    "dddd, 2, 1, ''",
  })
  void saysWhoseTurnItIs(String members, int atOnce, int stopAfter, String next) {
    RunPlanner.Next planned =
        RunPlanner.next(members(members), atOnce, stopAfter == 0 ? null : stopAfter, null);

    assertThat(planned.stop()).isEqualTo(next.equals("STOP") ? Stop.FAILURES : null);
    assertThat(planned.release().stream().map(NodeName::value))
        .isEqualTo(next.equals("STOP") ? List.of() : Arrays.asList(names(next)));
  }

  @Test
  void whenTheTimeIsOverOrItIsCancelledNobodyBegins() {
    for (Stop over : List.of(Stop.TIME, Stop.CANCELLED)) {
      RunPlanner.Next next = RunPlanner.next(members("rww"), 9, null, over);

      assertThat(next.release()).isEmpty();
      assertThat(next.stop()).isEqualTo(over);
    }
  }

  private static String[] names(String digits) {
    return digits.chars().mapToObj(c -> "n" + (char) c).toArray(String[]::new);
  }

  private static List<Member> members(String letters) {
    return IntStream.range(0, letters.length())
        .mapToObj(i -> member("n" + (i + 1), letters.charAt(i)))
        .toList();
  }

  private static Member member(String name, char letter) {
    RunState state =
        switch (letter) {
          case 'w', 'o', 's' -> RunState.WAITING;
          case 'r' -> RunState.RUNNING;
          case 'd' -> RunState.DONE;
          case 'f' -> RunState.FAILED;
          case 'u' -> RunState.UNKNOWN;
          default -> RunState.REFUSED;
        };
    boolean released = "srdfun".indexOf(letter) >= 0;
    return new Member(new NodeName(name), state, released, letter != 'o');
  }
}
