package dev.pullcord.protocol.channel;

import dev.pullcord.protocol.id.CommitId;
import java.util.Base64;

/**
 * A small thin pack within an event: with it {@code want} is complete where {@code have} is. It is
 * what the node would be given if it asked for this step; who cannot use it asks.
 *
 * @param have the commit that the node was last heard to have
 * @param want the commit that it is to run
 * @param base64 the pack
 */
public record StepPack(CommitId have, CommitId want, String base64) {
  /**
   * The header in which an agent says, as it opens its stream, how many bytes a pack in an event
   * may have. One that does not say so gets none.
   */
  public static final String HEADER = "Pullcord-Packs";

  /** What an agent says there. */
  public static final int MOST_BYTES = 8 << 10;

  /** Of a pack. */
  public static StepPack of(CommitId have, CommitId want, byte[] pack) {
    return new StepPack(have, want, Base64.getEncoder().encodeToString(pack));
  }

  /**
   * The pack's bytes.
   *
   * @throws IllegalArgumentException when they are no Base64
   */
  public byte[] bytes() {
    return Base64.getDecoder().decode(base64);
  }
}
