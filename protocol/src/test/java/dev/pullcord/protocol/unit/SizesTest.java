package dev.pullcord.protocol.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SizesTest {
  @Test
  void whatIsWrittenIsRead() {
    for (String text : new String[] {"512B", "64KiB", "2GiB", "3TiB", "1025B", "0B"}) {
      assertThat(Sizes.format(Sizes.parse(text))).isEqualTo(text);
    }
    assertThat(Sizes.format(Sizes.parse("1024MiB"))).isEqualTo("1GiB");
  }

  @Test
  void refusesWhatIsNoSize() {
    for (String text : new String[] {"", "64", "64MB", "1.5MiB", "-1B", "64 MiB", "1234567B"}) {
      assertThatThrownBy(() -> Sizes.parse(text)).hasMessageContaining("is not a size");
    }
  }

  @Test
  void readsInOneUnitWhateverTheSize() {
    assertThat(Sizes.mebibytes(0)).isEqualTo("0.0 MiB");
    assertThat(Sizes.mebibytes(3 << 19)).isEqualTo("1.5 MiB");
    assertThat(Sizes.mebibytes(5L << 30)).isEqualTo("5120.0 MiB");
  }
}
