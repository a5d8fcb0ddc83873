package dev.pullcord.git.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.tree.RawTree.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;

class RawTreeTest {
  private static final byte[] ID = new byte[20];

  private static byte[] bytes(Object... parts) {
    byte[] all = new byte[0];
    for (Object part : parts) {
      byte[] more =
          part instanceof byte[] raw ? raw : ((String) part).getBytes(StandardCharsets.ISO_8859_1);
      int length = all.length;
      all = Arrays.copyOf(all, length + more.length);
      System.arraycopy(more, 0, all, length, more.length);
    }
    return all;
  }

  private static Entry entry(int mode, String name) {
    return new Entry(mode, name.getBytes(StandardCharsets.UTF_8), ObjectId.zeroId());
  }

  @Test
  void readsWhatStandsThereInItsOrder() {
    List<Entry> entries = RawTree.parse(bytes("100644 b\0", ID, "40000 a\0", ID));

    assertThat(entries).extracting(Entry::text).containsExactly("b", "a");
    assertThat(entries).extracting(Entry::mode).containsExactly(0100644, 040000);
    assertThat(RawTree.parse(new byte[0])).isEmpty();
  }

  @Test
  void takesAnEmptyNameAndOneThatIsNotUtf8AsTheyAre() {
    List<Entry> entries = RawTree.parse(bytes("100644 \0", ID, "100644 \u00ff\0", ID));

    assertThat(entries).extracting(Entry::text).containsExactly("", null);
    assertThat(entries).extracting(Entry::lossyText).containsExactly("", "\ufffd");
  }

  @Test
  void whatIsCutOffOrHasNoOctalModeIsNoTree() {
    for (byte[] raw :
        List.of(
            bytes("1"),
            bytes("100644"),
            bytes("100644 "),
            bytes("100644 a"),
            bytes("100644 a\0"),
            bytes("100644 a\0", new byte[19]),
            bytes("100648 a\0", ID),
            bytes("-10064 a\0", ID),
            bytes("10000000000 a\0", ID),
            bytes("100644 a\0", ID, "4"))) {
      assertThat(RawTree.parse(raw)).as(new String(raw, StandardCharsets.ISO_8859_1)).isNull();
    }
  }

  @Test
  void knowsWhatAModeStandsFor() {
    assertThat(entry(040000, "a").isTree()).isTrue();
    assertThat(entry(0120000, "a").isLink()).isTrue();
    assertThat(entry(0160000, "a").isGitlink()).isTrue();
    for (int mode : new int[] {0100644, 0100755, 0100664}) {
      assertThat(entry(mode, "a").isFile()).isTrue();
    }
    for (int mode : new int[] {0, 0100600, 0104755, 040755, 0100000}) {
      Entry odd = entry(mode, "a");
      assertThat(odd.isFile() || odd.isLink() || odd.isTree() || odd.isGitlink()).isFalse();
    }
  }

  @Test
  void aDirectorySortsAsIfItsNameEndedWithASlash() {
    assertThat(entry(0100644, "a").compareName(entry(0100644, "b"))).isNegative();
    assertThat(entry(0100644, "a").compareName(entry(0100644, "a"))).isZero();
    assertThat(entry(0100644, "a.b").compareName(entry(040000, "a"))).isNegative();
    assertThat(entry(0100644, "a").compareName(entry(040000, "a"))).isNegative();
    assertThat(entry(040000, "a").compareName(entry(0100644, "a0"))).isNegative();
    assertThat(entry(0100644, "\u00e4").compareName(entry(0100644, "z"))).isPositive();
  }
}
