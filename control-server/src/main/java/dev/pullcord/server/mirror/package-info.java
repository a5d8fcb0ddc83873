/**
 * Follows an upstream: when it is looked at, which of its refs are mirrored, and what becomes of a
 * commit that nodes must not get, of a rewind and of an upstream that does not answer.
 */
@NullMarked
package dev.pullcord.server.mirror;

import org.jspecify.annotations.NullMarked;
