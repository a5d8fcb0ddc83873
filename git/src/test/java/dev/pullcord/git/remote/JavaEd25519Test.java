package dev.pullcord.git.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the second vector of RFC 8032, 7.1. */
class JavaEd25519Test {
  private static final String SEED =
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
  private static final String OPEN =
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  private static final String SIGNED_72 =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
  private static final byte[] MESSAGE = {0x72};

  @TempDir Path directory;

  @BeforeAll
  static void known() {
    JavaEd25519.makeKnown();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** The key in the form that {@code openssl genpkey} writes. */
  private Path pem() throws Exception {
    String pkcs8 = "302e020100300506032b657004220420" + SEED;
    return Files.writeString(
        directory.resolve("pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getEncoder().encodeToString(bytes(pkcs8))
            + "\n-----END PRIVATE KEY-----\n");
  }

  /** The public key as a line of {@code known_hosts} has it. */
  private static String line() throws Exception {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    wire.write(bytes("0000000b"));
    wire.write("ssh-ed25519".getBytes(StandardCharsets.US_ASCII));
    wire.write(bytes("00000020" + OPEN));
    return "ssh-ed25519 " + Base64.getEncoder().encodeToString(wire.toByteArray());
  }

  private static PublicKey open() throws Exception {
    return PublicKeyEntry.parsePublicKeyEntry(line())
        .resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
  }

  @Test
  void aKeyOfAFileSignsAsTheStandardSays() throws Exception {
    KeyPair key = SshKeyFile.read(pem(), "upstream").getFirst();
    assertThat(key.getPublic()).isEqualTo(open());
    Signature signer = BuiltinSignatures.ed25519.create();
    signer.initSigner(null, key.getPrivate());
    signer.update(null, MESSAGE);
    assertThat(signer.sign(null)).isEqualTo(bytes(SIGNED_72));
  }

  @Test
  void aSignatureIsTakenAndAForgedOneIsNot() throws Exception {
    assertThat(verified(MESSAGE)).isTrue();
    assertThat(verified(new byte[] {0x73})).isFalse();
  }

  private static boolean verified(byte[] message) throws Exception {
    Signature verifier = BuiltinSignatures.ed25519.create();
    verifier.initVerifier(null, open());
    verifier.update(null, message);
    return verifier.verify(null, bytes(SIGNED_72));
  }

  @Test
  void aKeyInTheFormOfOpenSshIsRead() throws Exception {
    KeyPair key = SshKeyFile.read(pem(), "upstream").getFirst();
    Path file = directory.resolve("openssh");
    try (var out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, out);
    }
    List<KeyPair> read = SshKeyFile.read(file, "upstream");
    assertThat(read).hasSize(1);
    assertThat(read.getFirst().getPublic()).isEqualTo(open());
    assertThat(read.getFirst().getPrivate()).isEqualTo(key.getPrivate());
  }

  @Test
  void aKeyIsWrittenAsAHostsLineHasIt() throws Exception {
    assertThat(PublicKeyEntry.toString(open())).isEqualTo(line());
  }
}
