package dev.pullcord.cli.mixin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerReply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reads a list of five, two on a page, whose cursor is the last of a page. */
class LimitedTest {
  private final List<@Nullable String> asked = new ArrayList<>();

  private record NumberPage(List<Integer> numbers, @Nullable String next) {}

  private ServerReply<NumberPage> page(@Nullable String cursor) {
    asked.add(cursor);
    int from = cursor == null ? 1 : Integer.parseInt(cursor) + 1;
    List<Integer> numbers = from == 5 ? List.of(5) : List.of(from, from + 1);
    return new ServerReply.Got<>(
        new NumberPage(numbers, from == 5 ? null : numbers.getLast().toString()));
  }

  private Limited.Part<Integer> read(int limit) {
    return new Limited(limit).read(this::page, NumberPage::numbers, NumberPage::next);
  }

  @Test
  void readsNoMorePagesThanItNeeds() {
    assertThat(read(2)).isEqualTo(new Limited.Part<>(List.of(1, 2), 2));
    assertThat(asked).hasSize(1);
  }

  @Test
  void saysAfterWhichOneThereIsMoreAlsoInTheMiddleOfAPage() {
    assertThat(read(3)).isEqualTo(new Limited.Part<>(List.of(1, 2, 3), 3));
    assertThat(asked).containsExactly(null, "2");
  }

  @Test
  void saysThatThereIsNoMore() {
    assertThat(read(5)).isEqualTo(new Limited.Part<>(List.of(1, 2, 3, 4, 5), null));
    assertThat(read(9).last()).isNull();
  }

  @Test
  void refusesALimitThatIsNone() {
    assertThatThrownBy(() -> read(0))
        .isInstanceOf(Failure.class)
        .hasMessage("--limit 0: 1 to 10000 expected");
    assertThatThrownBy(() -> read(10_001)).isInstanceOf(Failure.class);
    assertThat(asked).isEmpty();
  }
}
