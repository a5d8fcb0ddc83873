package dev.pullcord.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Sha256Test {
  @Test
  void isTheHashOfTheStandardsExample() {
    assertThat(Sha256.hex("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void hashesATextAsUtf8() {
    assertThat(Sha256.hex("ü")).isEqualTo(Sha256.hex(new byte[] {(byte) 0xc3, (byte) 0xbc}));
  }

  @Test
  void piecesMakeTheSameHash() {
    var digest = Sha256.digest();
    digest.update((byte) 'a');
    digest.update((byte) 'b');

    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(Sha256.hex("ab"));
  }
}
